//! From a request to the endpoint that answers it.

use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{Request, Response, StatusCode, body::Incoming, http::request::Parts};

use crate::{
    Config,
    connection::Connection,
    cors::{self, Cors},
    demo::{self, Clients},
    echo, flood,
    log::Log,
    query::Query,
    redirect,
    response::{Body, Broken, Failure, json, text},
    resume, script,
    static_files::StaticFiles,
    stream,
};

/// A request that has arrived as a whole.
pub(crate) struct Call {
    pub(crate) head: Parts,
    pub(crate) query: Query,
    pub(crate) body: Bytes,
    pub(crate) connection: Connection,
}

impl Call {
    /// The `Last-Event-ID` header as a number; an id that is none counts as no id.
    pub(crate) fn last_event_id(&self) -> u64 {
        let value = self.head.headers.get("last-event-id").and_then(|value| value.to_str().ok());
        value.and_then(|text| text.parse().ok()).unwrap_or(0)
    }
}

/// What both origins serve.
#[derive(Debug)]
pub(crate) struct App {
    log: Log,
    clients: Clients,
    files: StaticFiles,
}

impl App {
    pub(crate) fn new(config: Config) -> Self {
        Self { log: Log::new(), clients: Clients::default(), files: StaticFiles::new(config) }
    }

    /// Answers one request; an error ends the connection without a response.
    pub(crate) async fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        connection: Connection,
    ) -> Result<Response<Body>, Broken> {
        let (head, body) = request.into_parts();
        let query = Query::parse(head.uri.query().unwrap_or_default().as_bytes());
        let body = body.collect().await.map_err(|_| Broken)?.to_bytes();
        let call = Call { head, query, body, connection };
        // What asks about the log is not in it.
        let asks = matches!(call.head.uri.path(), "/log" | "/reset" | "/connections");
        let key = if asks { None } else { call.query.text("key").map(String::from) };
        let preflight = cors::is_preflight(&call.head);
        if let Some(key) = &key {
            self.log.record(key, &call, preflight);
        }
        let cors = match Cors::from_query(&call.query) {
            Ok(cors) => cors,
            Err(failure) => return refuse(failure),
        };
        if preflight {
            return Ok(cors.preflight(&call.head));
        }
        let origin = call.head.headers.get("origin").cloned();
        let open = key.map(|key| self.log.open(&key));
        let mut response = match self.route(call).await {
            Ok(response) => response,
            Err(failure) => refuse(failure)?,
        };
        // An endpoint may have chosen for itself (a step of a script).
        let cors = response.extensions().get().copied().unwrap_or(cors);
        cors.mark(origin.as_ref(), &mut response);
        Ok(match open {
            Some(open) => response.map(|body| open.hold(body)),
            None => response,
        })
    }

    async fn route(&self, call: Call) -> Result<Response<Body>, Failure> {
        match call.head.uri.path() {
            "/stream" => stream::respond(call).await,
            "/echo" => echo::respond(call).await,
            "/redirect" => redirect::respond(&call),
            "/resume" => resume::respond(call),
            "/script" => script::respond(call, &self.log).await,
            "/flood" => flood::respond(&call),
            "/log" => Ok(json(&self.log.entries(&key(&call)?))),
            "/connections" => Ok(json(&self.log.connections(&key(&call)?))),
            "/reset" => {
                self.log.forget(&key(&call)?);
                Ok(json(&serde_json::json!({})))
            }
            path if path.starts_with("/demo/") => demo::respond(call, &self.clients),
            _ => self.files.respond(&call).await,
        }
    }
}

/// The `key` that the endpoint cannot do without.
pub(crate) fn key(call: &Call) -> Result<String, Failure> {
    match call.query.text("key") {
        Some(key) => Ok(key.into_owned()),
        None => Err(Failure::BadRequest(format!("{} wants key=", call.head.uri.path()))),
    }
}

fn refuse(failure: Failure) -> Result<Response<Body>, Broken> {
    match failure {
        Failure::BadRequest(message) => Ok(text(StatusCode::BAD_REQUEST, message)),
        Failure::Broken => Err(Broken),
    }
}
