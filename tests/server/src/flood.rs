//! `/flood`: many events as fast as they go.

use bytes::Bytes;
use hyper::Response;

use crate::{
    app::Call,
    response::{Body, Failure, events},
};

/// Answers `/flood`; `chunk` is the size of the pieces.
pub(crate) fn respond(call: &Call) -> Result<Response<Body>, Failure> {
    let number = |name, default| {
        let number = call.query.number(name)?.unwrap_or(default);
        usize::try_from(number).map_err(|_| Failure::BadRequest(format!("{name}={number} is too large")))
    };
    let (count, size) = (number("events", 10_000)?, number("size", 64)?);
    let chunk = number("chunk", 64 * 1024)?.max(1);
    let event = Bytes::from(format!("data: {}\n\n", "x".repeat(size)));
    Ok(events(async_stream::stream! {
        let mut piece = Vec::with_capacity(chunk);
        for _ in 0..count {
            let mut rest = event.as_ref();
            while !rest.is_empty() {
                let (now, later) = rest.split_at(rest.len().min(chunk - piece.len()));
                piece.extend_from_slice(now);
                rest = later;
                if piece.len() == chunk {
                    yield Ok(Bytes::from(std::mem::replace(&mut piece, Vec::with_capacity(chunk))));
                }
            }
        }
        if !piece.is_empty() {
            yield Ok(Bytes::from(piece));
        }
    }))
}
