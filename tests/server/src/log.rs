//! What was asked under each `key`, and which of its responses are still open.

use std::{
    collections::HashMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    time::Instant,
};

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::{
    HeaderMap,
    body::{Frame, SizeHint},
};
use serde_json::{Value, json};

use crate::{app::Call, response::Body};

/// The records of every key.
#[derive(Debug)]
pub(crate) struct Log {
    start: Instant,
    records: Records,
}

type Records = Arc<Mutex<HashMap<String, Record>>>;

#[derive(Debug, Default)]
struct Record {
    entries: Vec<Value>,
    open: Arc<()>,
    total: u64,
    steps: usize,
}

impl Log {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), records: Records::default() }
    }

    fn records(&self) -> MutexGuard<'_, HashMap<String, Record>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn record(&self, key: &str, call: &Call, preflight: bool) {
        let at_ms = u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX);
        let entry = json!({
            "method": call.head.method.as_str(),
            "path": call.head.uri.path(),
            "url": call.head.uri.to_string(),
            "headers": headers(&call.head.headers),
            "body": String::from_utf8_lossy(&call.body),
            "at_ms": at_ms,
            "preflight": preflight,
        });
        self.records().entry(key.to_owned()).or_default().entries.push(entry);
    }

    /// Counts a response as open until the result, or the body it holds, is dropped.
    pub(crate) fn open(&self, key: &str) -> Open {
        let mut records = self.records();
        let record = records.entry(key.to_owned()).or_default();
        record.total += 1;
        Open { _token: Arc::clone(&record.open) }
    }

    /// The number of times this was called for the key before.
    pub(crate) fn step(&self, key: &str) -> usize {
        let mut records = self.records();
        let record = records.entry(key.to_owned()).or_default();
        record.steps += 1;
        record.steps - 1
    }

    pub(crate) fn entries(&self, key: &str) -> Value {
        self.records().get(key).map_or_else(|| json!([]), |record| json!(record.entries))
    }

    pub(crate) fn connections(&self, key: &str) -> Value {
        let records = self.records();
        let (open, total) =
            records.get(key).map_or((0, 0), |record| (Arc::strong_count(&record.open) - 1, record.total));
        json!({ "open": open, "total": total })
    }

    pub(crate) fn forget(&self, key: &str) {
        self.records().remove(key);
    }
}

/// A response that counts as open.
#[derive(Debug)]
pub(crate) struct Open {
    _token: Arc<()>,
}

impl Open {
    /// Keeps the response open for as long as its body lives: hyper drops it at its end and when the client leaves.
    pub(crate) fn hold(self, body: Body) -> Body {
        Held { body, _open: self }.boxed_unsync()
    }
}

struct Held {
    body: Body,
    _open: Open,
}

impl hyper::body::Body for Held {
    type Data = Bytes;
    type Error = <Body as hyper::body::Body>::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// Headers as JSON: lower-case names, each byte of a value as one character.
pub(crate) fn headers(headers: &HeaderMap) -> Value {
    let mut map = serde_json::Map::new();
    for name in headers.keys() {
        let values = headers.get_all(name).iter();
        let texts = values.map(|value| value.as_bytes().iter().map(|&byte| char::from(byte)).collect::<String>());
        map.insert(name.to_string(), texts.collect::<Vec<_>>().join(", ").into());
    }
    map.into()
}
