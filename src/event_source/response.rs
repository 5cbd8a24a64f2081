//! Whether a response is an event stream, and where it comes from.

use super::ErrorKind;
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
    split_at_commas(content_type)
        .filter_map(essence)
        .next_back()
        .is_some_and(|essence| essence.eq_ignore_ascii_case("text/event-stream"))
}

/// The `type/subtype` in front of the parameters; nothing where it is not a MIME type, or is `*/*`.
fn essence(value: &str) -> Option<&str> {
    let essence = value.split(';').next()?.trim_matches(is_http_whitespace);
    let (top, subtype) = essence.split_once('/')?;
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    (is_token(top) && is_token(subtype) && essence != "*/*").then_some(essence)
}

fn is_http_whitespace(character: char) -> bool {
    matches!(character, ' ' | '\t' | '\n' | '\r')
}

/// A header's values; a comma within a quoted string belongs to its value.
fn split_at_commas(value: &str) -> impl DoubleEndedIterator<Item = &str> {
    let mut is_quoted = false;
    let mut is_escaped = false;
    let mut values = alloc::vec::Vec::new();
    let mut start = 0;
    for (at, byte) in value.bytes().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_quoted => is_escaped = true,
            b'"' => is_quoted = !is_quoted,
            b',' if !is_quoted => {
                values.push(&value[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    values.push(&value[start..]);
    values.into_iter()
}

/// The serialised origin of a serialised absolute URL ([URL standard]): scheme, host and port, or `null`.
///
/// [URL standard]: https://url.spec.whatwg.org/#origin
#[must_use]
pub fn origin(url: &str) -> String {
    let tuple = || {
        let (scheme, rest) = url.split_once(':')?;
        match scheme {
            "blob" => return Some(origin(rest)),
            "http" | "https" | "ws" | "wss" | "ftp" => {}
            _ => return None,
        }
        let authority = rest.strip_prefix("//")?.split(['/', '?', '#']).next()?;
        let host = authority.rsplit('@').next()?;
        (!host.is_empty()).then(|| [scheme, "://", host].concat())
    };
    tuple().unwrap_or_else(|| "null".to_owned())
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
