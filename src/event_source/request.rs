//! What a request says of where to go on.

use alloc::string::String;

/// The `Last-Event-ID` header's value: the ID "encoded as UTF-8" ([§9.2.3]), isomorphic-decoded, since JavaScript gives header
/// values as strings whose code units are bytes. Empty: no header.
///
/// [§9.2.3]: https://html.spec.whatwg.org/multipage/server-sent-events.html#the-last-event-id-header
#[must_use]
pub fn last_event_id_header(last_event_id: &str) -> String {
    last_event_id.bytes().map(char::from).collect()
}
