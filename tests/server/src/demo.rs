//! What the demo page talks to: a ticking clock, a chat that answers token by token, and buttons to break and pause them.

mod chat;
mod ticks;

use std::{
    collections::HashMap,
    future::poll_fn,
    pin::pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use hyper::{Response, StatusCode};
use serde_json::json;
use tokio::{
    sync::watch,
    time::{Instant, sleep_until},
};

use crate::{
    app::Call,
    connection::Connection,
    response::{Body, Broken, Failure, events, json as json_response, text},
    stream::End,
};

/// Who watches the demo, by the name that each page gives itself.
#[derive(Debug, Default)]
pub(crate) struct Clients(Mutex<HashMap<String, Arc<Client>>>);

#[derive(Debug)]
struct Client {
    breaks: watch::Sender<()>,
    paused_until: watch::Sender<Instant>,
}

impl Clients {
    fn named(&self, name: &str) -> Arc<Client> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let client = clients.entry(name.to_owned()).or_insert_with(|| {
            let (breaks, paused_until) = (watch::Sender::new(()), watch::Sender::new(Instant::now()));
            Arc::new(Client { breaks, paused_until })
        });
        Arc::clone(client)
    }
}

/// Answers `/demo/…`.
pub(crate) fn respond(call: Call, clients: &Clients) -> Result<Response<Body>, Failure> {
    let client = clients.named(&call.query.text("client").unwrap_or_default());
    match call.head.uri.path() {
        "/demo/ticks" => {
            let pieces = ticks::pieces(call.last_event_id());
            Ok(breakable(pieces, client, call.connection))
        }
        "/demo/chat" => chat::respond(call, client),
        "/demo/break" => {
            let broken = client.breaks.receiver_count();
            client.breaks.send_replace(());
            Ok(json_response(&json!({ "broken": broken })))
        }
        "/demo/pause" => {
            let ms = call.query.number("ms")?.unwrap_or(3000).min(600_000);
            client.paused_until.send_replace(Instant::now() + Duration::from_millis(ms));
            Ok(json_response(&json!({ "ms": ms })))
        }
        path => Ok(text(StatusCode::NOT_FOUND, format!("{path} is not part of the demo"))),
    }
}

/// Sends the pieces, each on its own, until they end or the client's connections are broken.
fn breakable(
    pieces: impl Stream<Item = Bytes> + Send + 'static,
    client: Arc<Client>,
    connection: Connection,
) -> Response<Body> {
    let mut breaks = client.breaks.subscribe();
    let paused_until = client.paused_until.subscribe();
    events(async_stream::stream! {
        let mut pieces = pin!(pieces);
        loop {
            connection.flushed().await;
            let piece = async {
                let piece = poll_fn(|context| pieces.as_mut().poll_next(context)).await;
                let until = *paused_until.borrow();
                sleep_until(until).await;
                piece
            };
            let piece = tokio::select! {
                biased;
                _ = breaks.changed() => Err(Broken),
                piece = piece => Ok(piece),
            };
            match piece {
                Ok(Some(piece)) => yield Ok::<_, Broken>(piece),
                Ok(None) => break,
                Err(Broken) => {
                    if let Err(broken) = End::Reset.happen(&connection).await {
                        yield Err(broken);
                    }
                    break;
                }
            }
        }
    })
}
