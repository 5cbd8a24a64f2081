//! `/script`: a different `/stream` for each request under a key.

use hyper::Response;

use crate::{
    app::{Call, key},
    log::Log,
    query::Query,
    response::{Body, Failure},
    stream::Plan,
};

/// Answers `/script`; the last step repeats.
pub(crate) async fn respond(call: Call, log: &Log) -> Result<Response<Body>, Failure> {
    let steps: Vec<&[u8]> = call.query.all("s").collect();
    let step = log.step(&key(&call)?).min(steps.len().saturating_sub(1));
    let step = steps.get(step).ok_or_else(|| Failure::BadRequest("/script wants s=".to_owned()))?;
    Plan::new(&Query::parse(step), &call.body)?.respond(call.connection).await
}
