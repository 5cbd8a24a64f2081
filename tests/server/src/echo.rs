//! `/echo`: one event that tells what the request was.

use base64::{Engine, prelude::BASE64_STANDARD};
use hyper::Response;
use serde_json::json;

use crate::{
    app::Call,
    log::headers,
    response::{Body, Failure},
    stream::Plan,
};

/// Answers `/echo`; the query means what it means for `/stream`, but for the body.
pub(crate) async fn respond(call: Call) -> Result<Response<Body>, Failure> {
    let told = json!({
        "method": call.head.method.as_str(),
        "url": call.head.uri.to_string(),
        "headers": headers(&call.head.headers),
        "body": String::from_utf8_lossy(&call.body),
        "bodyBase64": BASE64_STANDARD.encode(&call.body),
    });
    let event = format!("data: {told}\n\n");
    Plan::new(&call.query, &call.body)?.with_body(event.into()).respond(call.connection).await
}
