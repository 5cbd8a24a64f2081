//! Cross-origin sharing, chosen by the query: `cors=*` (the default), `cors=credentials` or `cors=none`.

use hyper::{
    Method, Response,
    header::{
        ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
        ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
        ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderValue, ORIGIN, VARY,
    },
    http::request::Parts,
};

use crate::{
    query::Query,
    response::{Body, Failure, no_content},
};

/// Who may read the response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Cors {
    /// Every origin, without credentials.
    Any,
    /// The asking origin, with credentials.
    Credentials,
    /// No other origin.
    None,
}

impl Cors {
    pub(crate) fn from_query(query: &Query) -> Result<Self, Failure> {
        match query.text("cors").as_deref() {
            None | Some("*" | "") => Ok(Self::Any),
            Some("credentials") => Ok(Self::Credentials),
            Some("none") => Ok(Self::None),
            Some(other) => Err(Failure::BadRequest(format!("cors={other} is not *, credentials or none"))),
        }
    }

    /// Answers a preflight; with `none` it allows nothing.
    pub(crate) fn preflight(self, head: &Parts) -> Response<Body> {
        let mut response = no_content();
        self.mark(head.headers.get(ORIGIN), &mut response);
        if self != Self::None {
            // Named one by one: `*` covers neither Authorization nor requests with credentials.
            for (asked, allowed) in [
                (ACCESS_CONTROL_REQUEST_METHOD, ACCESS_CONTROL_ALLOW_METHODS),
                (ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_ALLOW_HEADERS),
            ] {
                if let Some(value) = head.headers.get(asked) {
                    response.headers_mut().insert(allowed, value.clone());
                }
            }
            // A test that counts preflights must see each.
            response.headers_mut().insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("0"));
        }
        response
    }

    /// Adds the headers that let the origin read the response.
    pub(crate) fn mark(self, origin: Option<&HeaderValue>, response: &mut Response<Body>) {
        let exposed = response.headers().keys().map(|name| name.as_str()).collect::<Vec<_>>().join(", ");
        let headers = response.headers_mut();
        match (self, origin) {
            (Self::Any, _) => {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
                headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
            }
            (Self::Credentials, Some(origin)) => {
                headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
                headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
                headers.append(VARY, HeaderValue::from_static("Origin"));
                if let Ok(exposed) = HeaderValue::from_str(&exposed) {
                    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, exposed);
                }
            }
            (Self::Credentials, None) | (Self::None, _) => {}
        }
    }
}

/// Whether a browser asks before it sends the real request.
pub(crate) fn is_preflight(head: &Parts) -> bool {
    head.method == Method::OPTIONS
        && head.headers.contains_key(ORIGIN)
        && head.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD)
}
