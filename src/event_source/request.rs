//! What a request says of where to go on.

use alloc::string::String;

/// The `Last-Event-ID` header's value: the ID "encoded as UTF-8" ([§9.2.3]), isomorphic-decoded, since JavaScript gives header
/// values as strings whose code units are bytes. Clients in Rust send `last_event_id.as_bytes()`. Empty: no header.
///
/// [§9.2.3]: https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header
#[must_use]
pub fn last_event_id_header(last_event_id: &str) -> String {
    header_of(last_event_id.as_bytes())
}

pub(super) fn header_of(last_event_id: &[u8]) -> String {
    last_event_id.iter().map(|byte| char::from(*byte)).collect()
}
