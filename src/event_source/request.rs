//! What a request says of where to go on.

use alloc::string::String;

/// The `Last-Event-ID` header's value: the ID "encoded as UTF-8" ([§9.2.3]), isomorphic-decoded, since JavaScript gives header
/// values as strings whose code units are bytes. Clients in Rust send `last_event_id.as_bytes()`. Empty: no header is to be sent, also
/// where the ID holds control characters, which no header's value may have ([RFC 9110, section 5.5]).
///
/// [RFC 9110, section 5.5]: https://www.rfc-editor.org/rfc/rfc9110#section-5.5
/// [§9.2.3]: https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header
#[must_use]
pub fn last_event_id_header(last_event_id: &str) -> String {
    header_of(last_event_id.as_bytes())
}

/// As [`last_event_id_header`], of the ID's bytes.
pub(super) fn header_of(last_event_id: &[u8]) -> String {
    if !can_be_header(last_event_id) {
        return String::new();
    }
    last_event_id.iter().map(|byte| char::from(*byte)).collect()
}

/// Whether the ID is sent as a header. No header's value has control characters but the tab.
pub(super) fn can_be_header(last_event_id: &[u8]) -> bool {
    !last_event_id.is_empty() && last_event_id.iter().all(|byte| !byte.is_ascii_control() || *byte == b'\t')
}
