//! `/stream`: any bytes, cut and delayed as asked, and one of four ends.

use std::{future, time::Duration};

use bytes::{Bytes, BytesMut};
use hyper::{
    Response, StatusCode,
    header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue},
};
use tokio::time::sleep;

use crate::{
    app::Call,
    connection::Connection,
    cors::Cors,
    query::Query,
    response::{Body, Broken, Failure, streamed, whole},
};

/// The largest piece where nothing else cuts.
const LARGEST_PIECE: u64 = 256 * 1024;

/// How a response ends after its last byte.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum End {
    /// The proper end of the chunked body.
    Close,
    /// The connection is closed (FIN) without the last chunk.
    Drop,
    /// The connection is reset (RST).
    Reset,
    /// Nothing more happens until the client leaves.
    Hang,
}

impl End {
    pub(crate) fn from_query(query: &Query) -> Result<Option<Self>, Failure> {
        match query.text("end").as_deref() {
            None => Ok(None),
            Some("close") => Ok(Some(Self::Close)),
            Some("drop") => Ok(Some(Self::Drop)),
            Some("reset") => Ok(Some(Self::Reset)),
            Some("hang") => Ok(Some(Self::Hang)),
            Some(other) => Err(Failure::BadRequest(format!("end={other} is not close, drop, reset or hang"))),
        }
    }

    /// Comes after the last piece was flushed; an error is to be passed on to hyper, which then lets go of the socket.
    pub(crate) async fn happen(self, connection: &Connection) -> Result<(), Broken> {
        match self {
            Self::Close => Ok(()),
            Self::Drop => {
                // Browsers throw away what they have read and not yet handed out when a connection breaks.
                connection.read_by_client().await;
                Err(Broken)
            }
            Self::Reset => {
                connection.read_by_client().await;
                connection.reset_when_closed();
                Err(Broken)
            }
            Self::Hang => future::pending().await,
        }
    }
}

/// A response as the query describes it.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    status: u16,
    mime: Option<HeaderValue>,
    headers: Vec<(HeaderName, HeaderValue)>,
    first: Duration,
    delay: Duration,
    body: Bytes,
    repeat: u64,
    cuts: Vec<u64>,
    every: Option<u64>,
    end: End,
    cors: Option<Cors>,
}

impl Plan {
    /// Reads the query; `from=request` takes the body of the request in place of `body`.
    pub(crate) fn new(query: &Query, request_body: &Bytes) -> Result<Self, Failure> {
        let milliseconds = |name| Ok::<_, Failure>(Duration::from_millis(query.number(name)?.unwrap_or(0)));
        let mime = query.bytes("type").unwrap_or(b"text/event-stream");
        let from_request = query.bytes("from") == Some(b"request");
        let body = Bytes::copy_from_slice(query.bytes("body").unwrap_or_default());
        Ok(Self {
            status: u16::try_from(query.number("status")?.unwrap_or(200)).unwrap_or(u16::MAX),
            mime: if mime.is_empty() { None } else { Some(header_value(mime)?) },
            headers: query.all("header").map(header).collect::<Result<_, _>>()?,
            first: milliseconds("first")?,
            delay: milliseconds("delay")?,
            body: if from_request { request_body.clone() } else { body },
            repeat: query.number("repeat")?.unwrap_or(1),
            cuts: query.text("cut").map_or(Ok(Vec::new()), |text| cuts(&text))?,
            every: query.number("every")?.filter(|&every| every > 0),
            end: End::from_query(query)?.unwrap_or(End::Close),
            cors: query.text("cors").map(|_| Cors::from_query(query)).transpose()?,
        })
    }

    /// The same response with another body.
    pub(crate) fn with_body(self, body: Bytes) -> Self {
        Self { body, repeat: 1, ..self }
    }

    /// Sends it.
    pub(crate) async fn respond(self, connection: Connection) -> Result<Response<Body>, Failure> {
        sleep(self.first).await;
        if self.status == 0 {
            if self.end == End::Reset {
                connection.reset_when_closed();
            }
            if self.end == End::Hang {
                future::pending::<()>().await;
            }
            return Err(Failure::Broken);
        }
        let mut response = Response::new(whole(Bytes::new()));
        *response.status_mut() = match StatusCode::from_u16(self.status) {
            Ok(status) if !status.is_informational() => status,
            _ => return Err(Failure::BadRequest(format!("status={} cannot be sent", self.status))),
        };
        let headers = response.headers_mut();
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.extend(self.mime.clone().map(|mime| (CONTENT_TYPE, mime)));
        for (name, value) in self.headers.clone() {
            headers.append(name, value);
        }
        if let Some(cors) = self.cors {
            response.extensions_mut().insert(cors);
        }
        // "A server MUST NOT generate content in a 205 (Reset Content) response" (RFC 9110, section 15.3.6). A browser takes such a response for one
        // without a body, and what follows it on the connection for the next response. For 204 and 304 hyper sees to that itself.
        if response.status() == StatusCode::RESET_CONTENT {
            return Ok(response);
        }
        let (delay, end) = (self.delay, self.end);
        let pieces = self.pieces();
        Ok(response.map(|_| {
            streamed(async_stream::stream! {
                // The head goes first, alone.
                connection.flushed().await;
                for (index, piece) in pieces.enumerate() {
                    if index > 0 && !delay.is_zero() {
                        sleep(delay).await;
                    }
                    yield Ok(piece);
                    connection.flushed().await;
                }
                if let Err(broken) = end.happen(&connection).await {
                    yield Err(broken);
                }
            })
        }))
    }

    fn pieces(self) -> Pieces {
        Pieces { total: self.body.len() as u64 * self.repeat, at: 0, plan: self }
    }
}

/// The repeated body from cut to cut.
struct Pieces {
    plan: Plan,
    total: u64,
    at: u64,
}

impl Iterator for Pieces {
    type Item = Bytes;

    fn next(&mut self) -> Option<Bytes> {
        if self.at >= self.total {
            return None;
        }
        let cut = self.plan.cuts.partition_point(|&cut| cut <= self.at);
        let cut = self.plan.cuts.get(cut).copied();
        let every = self.plan.every.map(|every| (self.at / every + 1) * every);
        let ends = [Some(self.total), cut, every, Some(self.at + LARGEST_PIECE)];
        let end = ends.into_iter().flatten().min()?;
        let length = self.plan.body.len();
        let mut piece = BytesMut::new();
        while self.at < end {
            // Both fit: a piece is short and a position within the body is smaller than the body.
            let from = (self.at % length as u64) as usize;
            let to = length.min(from + (end - self.at) as usize);
            self.at += (to - from) as u64;
            if piece.is_empty() && self.at == end {
                return Some(self.plan.body.slice(from..to));
            }
            piece.extend_from_slice(&self.plan.body[from..to]);
        }
        Some(piece.freeze())
    }
}

fn cuts(text: &str) -> Result<Vec<u64>, Failure> {
    let numbers = text.split(',').filter(|number| !number.is_empty()).map(|number| number.trim().parse());
    let mut cuts: Vec<u64> =
        numbers.collect::<Result<_, _>>().map_err(|_| Failure::BadRequest(format!("cut={text} is no list")))?;
    cuts.sort_unstable();
    Ok(cuts)
}

fn header(line: &[u8]) -> Result<(HeaderName, HeaderValue), Failure> {
    let bad = || Failure::BadRequest(format!("header={} is not Name:value", String::from_utf8_lossy(line)));
    let colon = line.iter().position(|&byte| byte == b':').ok_or_else(bad)?;
    let name = HeaderName::from_bytes(&line[..colon]).map_err(|_| bad())?;
    Ok((name, header_value(line[colon + 1..].trim_ascii())?))
}

/// The value of a header; any bytes but control characters will do.
pub(crate) fn header_value(bytes: &[u8]) -> Result<HeaderValue, Failure> {
    HeaderValue::from_bytes(bytes)
        .map_err(|_| Failure::BadRequest(format!("{:?} cannot be a header value", String::from_utf8_lossy(bytes))))
}

/// Answers `/stream`.
pub(crate) async fn respond(call: Call) -> Result<Response<Body>, Failure> {
    Plan::new(&call.query, &call.body)?.respond(call.connection).await
}
