//! `/redirect`: somewhere else, with any status.

use hyper::{Response, StatusCode, header::LOCATION};

use crate::{
    app::Call,
    response::{Body, Failure, text},
    stream::header_value,
};

/// Answers `/redirect`.
pub(crate) fn respond(call: &Call) -> Result<Response<Body>, Failure> {
    let number = call.query.number("status")?.unwrap_or(302);
    let status = u16::try_from(number).ok().and_then(|number| StatusCode::from_u16(number).ok());
    let status = status
        .filter(StatusCode::is_redirection)
        .ok_or_else(|| Failure::BadRequest(format!("status={number} is no redirect")))?;
    let mut response = text(status, "");
    if let Some(to) = call.query.bytes("to") {
        response.headers_mut().insert(LOCATION, header_value(to)?);
    }
    Ok(response)
}
