//! `/resume`: numbered events over several connections, each broken in the middle of an event.

use std::time::Duration;

use bytes::Bytes;
use hyper::Response;
use tokio::time::sleep;

use crate::{
    app::Call,
    response::{Body, Failure, events, no_content},
    stream::End,
};

/// Answers `/resume`: what follows `Last-Event-ID`, or 204 when nothing does.
pub(crate) fn respond(call: Call) -> Result<Response<Body>, Failure> {
    let total = call.query.number("total")?.unwrap_or(10);
    let per = call.query.number("per")?.unwrap_or(total);
    let delay = Duration::from_millis(call.query.number("delay")?.unwrap_or(0));
    let retry = call.query.number("retry")?;
    let end = End::from_query(&call.query)?.unwrap_or(End::Drop);
    let text = call.query.text("text").unwrap_or_default().into_owned();
    let last = call.last_event_id();
    if last >= total {
        return Ok(no_content());
    }
    let connection = call.connection;
    let event = move |id: u64| match text.as_str() {
        "" => Bytes::from(format!("id: {id}\ndata: {id}\n\n")),
        text => Bytes::from(format!("id: {id}\ndata: {id} {text}\n\n")),
    };
    Ok(events(async_stream::stream! {
        connection.flushed().await;
        if let Some(retry) = retry {
            yield Ok(Bytes::from(format!("retry: {retry}\n\n")));
            connection.flushed().await;
        }
        let stop = total.min(last.saturating_add(per));
        for id in last + 1..=stop {
            yield Ok(event(id));
            connection.flushed().await;
            sleep(delay).await;
        }
        if stop < total {
            let cut_off = event(stop + 1);
            yield Ok(cut_off.slice(..cut_off.len() / 2));
            connection.flushed().await;
            if let Err(broken) = end.happen(&connection).await {
                yield Err(broken);
            }
        }
    }))
}
