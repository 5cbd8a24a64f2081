//! The shapes that every endpoint answers in.

use std::{error::Error, fmt};

use bytes::Bytes;
use futures_core::Stream;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{
    Response, StatusCode,
    body::Frame,
    header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue},
};

/// The body of a response: whole, streamed or read from a file.
pub(crate) type Body = UnsyncBoxBody<Bytes, Box<dyn Error + Send + Sync>>;

/// The connection ends here, in the middle of a response or before it.
#[derive(Debug)]
pub(crate) struct Broken;

impl fmt::Display for Broken {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("broken on purpose")
    }
}

impl Error for Broken {}

/// Why an endpoint does not answer as asked.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The query makes no sense.
    BadRequest(String),
    /// The connection ends without a response.
    Broken,
}

impl From<Broken> for Failure {
    fn from(Broken: Broken) -> Self {
        Self::Broken
    }
}

/// A body that ends when the stream does; an error in the stream ends the connection instead.
pub(crate) fn streamed(stream: impl Stream<Item = Result<Bytes, Broken>> + Send + 'static) -> Body {
    let frames = async_stream::stream! {
        let mut stream = std::pin::pin!(stream);
        while let Some(piece) = std::future::poll_fn(|context| stream.as_mut().poll_next(context)).await {
            yield piece.map(Frame::data).map_err(Into::into);
        }
    };
    StreamBody::new(frames).boxed_unsync()
}

/// A body that is there as a whole.
pub(crate) fn whole(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// A short answer in plain text.
pub(crate) fn text(status: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    typed(status, "text/plain; charset=utf-8", whole(text))
}

/// An answer in JSON.
pub(crate) fn json(value: &serde_json::Value) -> Response<Body> {
    typed(StatusCode::OK, "application/json", whole(value.to_string()))
}

/// An event stream.
pub(crate) fn events(stream: impl Stream<Item = Result<Bytes, Broken>> + Send + 'static) -> Response<Body> {
    typed(StatusCode::OK, "text/event-stream", streamed(stream))
}

/// No content: the client is not to come back.
pub(crate) fn no_content() -> Response<Body> {
    let mut response = Response::new(whole(Bytes::new()));
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

fn typed(status: StatusCode, mime: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(mime));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
