//! What a source is made of, checked before anything is sent.

use super::event_source::{Error, EventSource};
use super::page::Page;
use crate::event_source::{Options, Policy, Reconnect, Transport};
use crate::event_stream::Limits;
use alloc::string::String;
use core::time::Duration;
use js_sys::{Math, Uint8Array};
use wasm_bindgen::JsValue;
use web_sys::{Headers, Request, RequestCache, RequestCredentials, RequestInit};

/// A source that has not been opened yet. What is wrong with it is told by [`open`](Self::open), before anything is sent.
#[derive(Debug)]
#[must_use = "nothing is sent before `open`"]
pub struct Builder {
    url: String,
    init: RequestInit,
    /// `Err` is the first header that the platform refuses.
    headers: Result<Headers, Error>,
    options: Options,
}

impl Builder {
    pub(super) fn new(method: &str, url: &str) -> Self {
        let init = RequestInit::new();
        init.set_method(method);
        // The standard's "potential-CORS request", with the cache mode "no-store" (WHATWG HTML §9.2.2, the constructor's steps 11 to 13).
        init.set_cache(RequestCache::NoStore);
        let headers = Headers::new().map_err(Error::request);
        let options = Options {
            transport: Transport::Fetch,
            page_origin: page_origin(),
            seed: (Math::random() * f64::from(u32::MAX)) as u32,
            ..Options::for_method(method)
        };
        Self { url: url.into(), init, headers, options }.header("accept", "text/event-stream")
    }

    /// Sends this header; one of the same name is replaced.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let result = self.headers.as_ref().map(|headers| headers.set(name, value));
        if let Ok(Err(error)) = result {
            self.headers = Err(Error::request(error));
        }
        self
    }

    /// Sends this text. The platform adds `Content-Type: text/plain;charset=UTF-8` unless another is given.
    pub fn body(self, text: &str) -> Self {
        self.init.set_body(&JsValue::from_str(text));
        self
    }

    /// Sends these bytes.
    pub fn bytes(self, bytes: &[u8]) -> Self {
        self.init.set_body(&Uint8Array::from(bytes));
        self
    }

    /// Sends the value as JSON, with the header `Content-Type: application/json`.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] where the value is none that JSON has.
    #[cfg(feature = "serde")]
    pub fn json<T: serde::Serialize + ?Sized>(self, value: &T) -> Result<Self, Error> {
        let serializer = serde_wasm_bindgen::Serializer::json_compatible();
        let value = value.serialize(&serializer).map_err(|error| Error::request(error.into()))?;
        let text = js_sys::JSON::stringify(&value).map_err(Error::request)?;
        self.init.set_body(&text);
        Ok(self.header("content-type", "application/json"))
    }

    /// Sends cookies to other origins too, and takes theirs; `false` by default.
    pub fn with_credentials(self, with_credentials: bool) -> Self {
        self.init.set_credentials(if with_credentials {
            RequestCredentials::Include
        } else {
            RequestCredentials::SameOrigin
        });
        self
    }

    /// The last event ID string to start from; empty by default. It must not have line breaks or U+0000.
    pub fn last_event_id(mut self, id: &str) -> Self {
        self.options.last_event_id = id.into();
        self
    }

    /// `Extension:` whether to connect again when a stream has ended or broken off. By default a `GET` is, and another method only where it broke
    /// off behind an ID.
    pub fn reconnect(mut self, reconnect: Reconnect) -> Self {
        self.options.reconnect = reconnect;
        self
    }

    /// `Extension:` how long to wait before connecting again, and how often.
    pub fn policy(mut self, policy: Policy) -> Self {
        self.options.policy = policy;
        self
    }

    /// `Extension:` how long the response's head may take; by default, as long as it likes. Then it is another attempt's turn.
    pub fn open_timeout(mut self, time: Duration) -> Self {
        self.options.open_timeout = Some(milliseconds(time));
        self
    }

    /// `Extension:` how long the stream may be silent; comments are life. By default, as long as it likes. Then it is another attempt's turn.
    pub fn idle_timeout(mut self, time: Duration) -> Self {
        self.options.idle_timeout = Some(milliseconds(time));
        self
    }

    /// See [`Limits`].
    pub fn limits(mut self, limits: Limits) -> Self {
        self.options.limits = limits;
        self
    }

    /// Connects.
    ///
    /// # Errors
    ///
    /// [`Error::Request`] where the platform takes no such request: its URL, its method, a header, or a body with `GET`; and where the last event
    /// ID is none.
    pub fn open(self) -> Result<EventSource, Error> {
        if self.options.last_event_id.contains(['\0', '\r', '\n']) {
            return Err(Error::Request("the last event ID has a line break or U+0000".into()));
        }
        let headers = self.headers?;
        self.init.set_headers(&headers);
        // The platform resolves the URL, and refuses what it would refuse at each attempt.
        let request = Request::new_with_str_and_init(&self.url, &self.init).map_err(Error::request)?;
        Ok(EventSource::open(Page::new(request.url(), self.init, self.options)))
    }
}

/// Of a timer, which holds 2³¹ − 1 ms.
fn milliseconds(time: Duration) -> u32 {
    u32::try_from(time.as_millis()).unwrap_or(u32::MAX).min(i32::MAX as u32)
}

/// The origin of the page or worker; empty where there is none.
fn page_origin() -> String {
    let origin = js_sys::Reflect::get(&js_sys::global(), &"origin".into());
    origin.ok().and_then(|origin| origin.as_string()).unwrap_or_default()
}
