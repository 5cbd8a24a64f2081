//! Whether a response is an event stream, and where it comes from.

use super::ErrorKind;
use crate::event_stream::sentence;
use alloc::borrow::ToOwned;
use alloc::string::String;

/// What is known of a response before its body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ResponseHead<'a> {
    /// The status code.
    pub status: u16,
    /// The `Content-Type` header's value, empty where there is none.
    pub content_type: &'a str,
    /// The URL after redirects, empty where the host doesn't tell.
    pub url: &'a str,
    /// What the `Retry-After` header asks for, in milliseconds from now; 0 where there is none. The header has seconds or a date.
    pub retry_after: u32,
}

impl ResponseHead<'_> {
    /// Whether the standard takes the response's body for an event stream: its status is 200, its type `text/event-stream`.
    #[must_use]
    pub fn is_event_stream(&self) -> bool {
        self.refusal().is_none()
    }

    /// Why the connection is to be failed, if it is.
    pub(super) fn refusal(&self) -> Option<ErrorKind> {
        if self.status != 200 {
            Some(ErrorKind::Status(self.status))
        } else if !is_event_stream(self.content_type) {
            Some(ErrorKind::ContentType)
        } else {
            None
        }
    }
}

/// Whether the [MIME type essence] of a `Content-Type` header is `text/event-stream`. Of several values joined by commas, the last
/// that is a MIME type counts, as "extract a MIME type" says.
///
/// [MIME type essence]: https://mimesniff.spec.whatwg.org/#mime-type-essence
#[must_use]
pub fn is_event_stream(content_type: &str) -> bool {
    let mut rest = content_type;
    let mut is_event_stream = false;
    loop {
        let end = end_of_value(rest);
        if let Some(essence) = essence(rest.get(..end).unwrap_or_default()) {
            is_event_stream = essence.eq_ignore_ascii_case("text/event-stream");
        }
        match rest.get(end + 1..) {
            Some(next) => rest = next,
            None => return is_event_stream,
        }
    }
}

/// The `type/subtype` in front of the parameters; nothing where it is not a MIME type, or is `*/*`.
fn essence(value: &str) -> Option<&str> {
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || is_one_of(byte, b"!#$%&'*+-.^_`|~"))
    };
    let essence = before(value, b";").trim_ascii();
    let top = before(essence, b"/");
    let subtype = essence.get(top.len() + 1..)?;
    (is_token(top) && is_token(subtype) && essence != "*/*").then_some(essence)
}

/// What stands in front of the first of these ASCII characters, or all.
fn before<'a>(text: &'a str, ends: &[u8]) -> &'a str {
    let end = text.bytes().position(|byte| is_one_of(byte, ends)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

#[expect(clippy::manual_contains, reason = "the search of `contains` is made for long texts")]
fn is_one_of(byte: u8, bytes: &[u8]) -> bool {
    bytes.iter().any(|other| *other == byte)
}

/// Where the first of a header's values ends; a comma within a quoted string belongs to it.
fn end_of_value(values: &str) -> usize {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let ends = |byte| {
        match byte {
            b',' if !is_quoted => return true,
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_quoted,
            b'"' => is_quoted = !is_quoted,
            _ => {}
        }
        false
    };
    values.bytes().position(ends).unwrap_or(values.len())
}

/// The scheme of a serialised absolute URL; empty where there is no URL.
pub(super) fn scheme(url: &str) -> &str {
    before(url, b":")
}

/// The serialised origin of a serialised absolute URL ([URL standard]): scheme, host and port, or `null`.
///
/// [URL standard]: https://url.spec.whatwg.org/#origin
#[must_use]
pub fn origin(url: &str) -> String {
    let scheme = scheme(url);
    let rest = url.get(scheme.len() + 1..).unwrap_or_default();
    match scheme {
        "blob" => return origin(rest),
        "http" | "https" | "ws" | "wss" | "ftp" => {}
        _ => return "null".to_owned(),
    }
    let authority = before(rest.strip_prefix("//").unwrap_or_default(), b"/?#");
    let credentials = authority.bytes().rposition(|byte| byte == b'@').map_or(0, |at| at + 1);
    let host = authority.get(credentials..).unwrap_or_default();
    if host.is_empty() { "null".to_owned() } else { sentence("@://$", scheme, host, 0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_essence_decides() {
        for accepted in [
            "text/event-stream",
            "TEXT/Event-Stream",
            " text/event-stream ",
            "text/event-stream;charset=utf-8",
            "text/event-stream ; charset=windows-1252",
            "text/event-stream;",
            "text/plain, text/event-stream",
            "text/event-stream, */*",
            "text/event-stream, junk",
            "text/event-stream;a=\"x, text/plain\"",
        ] {
            assert!(is_event_stream(accepted), "{accepted}");
        }
        for refused in [
            "",
            "text/plain",
            "text/event-streams",
            "text/event-stream/x",
            "text/ event-stream",
            "text /event-stream",
            "event-stream",
            "text/event-stream, text/plain",
            "text/plain;a=\"text/event-stream\"",
            "application/json; text/event-stream",
        ] {
            assert!(!is_event_stream(refused), "{refused}");
        }
    }

    #[test]
    fn the_origin_is_scheme_host_and_port_or_null() {
        assert_eq!(origin("https://example.com/a?b#c"), "https://example.com");
        assert_eq!(origin("http://user:pass@example.com:8080"), "http://example.com:8080");
        assert_eq!(origin("http://[::1]:3000/a@b"), "http://[::1]:3000");
        assert_eq!(origin("blob:https://example.com/9115d58c"), "https://example.com");
        for opaque in ["data:text/event-stream,data:x", "about:event-stream", "file:///a", "blob:null/1", ""] {
            assert_eq!(origin(opaque), "null");
        }
    }
}
