//! Whether a response is an event stream, and where it comes from.

use super::ErrorKind;
use crate::event_stream::as_text;
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
}

impl ResponseHead<'_> {
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
    let mut essence_of_last = None;
    for_each_value(content_type.as_bytes(), |value| essence_of_last = essence(value).or(essence_of_last));
    essence_of_last.is_some_and(|essence| essence.eq_ignore_ascii_case(b"text/event-stream"))
}

/// The `type/subtype` in front of the parameters; nothing where it is not a MIME type, or is `*/*`.
fn essence(value: &[u8]) -> Option<&[u8]> {
    let is_token = |text: &[u8]| {
        !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte))
    };
    let essence = before(value, b";").trim_ascii();
    let top = before(essence, b"/");
    let subtype = essence.get(top.len() + 1..)?;
    (is_token(top) && is_token(subtype) && essence != b"*/*").then_some(essence)
}

/// What stands in front of the first of these bytes, or all.
fn before<'a>(text: &'a [u8], ends: &[u8]) -> &'a [u8] {
    text.split(|byte| ends.contains(byte)).next().unwrap_or_default()
}

/// Visits a header's values; a comma within a quoted string belongs to its value.
fn for_each_value<'a>(values: &'a [u8], mut visit: impl FnMut(&'a [u8])) {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let separates = |byte: &u8| {
        let is_comma = *byte == b',' && !is_quoted;
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            _ => {}
        }
        is_comma
    };
    values.split(separates).for_each(&mut visit);
}

/// The serialised origin of a serialised absolute URL ([URL standard]): scheme, host and port, or `null`.
///
/// [URL standard]: https://url.spec.whatwg.org/#origin
#[must_use]
pub fn origin(url: &str) -> String {
    let url = url.as_bytes();
    let scheme = before(url, b":");
    let rest = url.get(scheme.len() + 1..).unwrap_or_default();
    match scheme {
        b"blob" => return origin(as_text(rest)),
        b"http" | b"https" | b"ws" | b"wss" | b"ftp" => {}
        _ => return "null".to_owned(),
    }
    let authority = before(rest.strip_prefix(b"//").unwrap_or_default(), b"/?#");
    let host = authority.rsplit(|byte| *byte == b'@').next().unwrap_or_default();
    if host.is_empty() { "null".to_owned() } else { [as_text(scheme), "://", as_text(host)].concat() }
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
