//! The obvious slow interpreter of WHATWG HTML 9.2.5-9.2.6, over the whole stream at once, and the vectors.
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream>
#![allow(dead_code, clippy::allow_attributes, reason = "each test crate uses its own part of this module")]

use std::path::Path;

use eventsource_wasm::event_stream::{EventStream, Item, Limits, Utf8Mode};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub event_type: String,
    pub data: String,
    pub last_event_id: String,
}

/// What a stream means, to an oracle or to the engine.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Interpretation {
    pub events: Vec<Event>,
    pub last_event_id: String,
    pub retry: Vec<u32>,
    pub comments: Vec<String>,
    pub error: Option<String>,
}

/// Limits in bytes, `None` for none.
#[derive(Debug, Default, Clone, Copy)]
pub struct Settings {
    pub line: Option<usize>,
    pub event: Option<usize>,
    pub pending: Option<usize>,
    pub fatal: bool,
    /// Comments are not handed out.
    pub without_comments: bool,
}

/// Whether a line has an effect, or is handed out: what has none is of no matter, however long it is. `None`: it is not whole, and too short to tell.
fn has_effect(line: &str, is_whole: bool, settings: Settings) -> Option<bool> {
    if line.starts_with(':') {
        return Some(!settings.without_comments);
    }
    let names = ["data", "event", "id", "retry"];
    if let Some((name, _)) = line.split_once(':') {
        return Some(names.contains(&name));
    }
    if is_whole {
        return Some(line.is_empty() || names.contains(&line));
    }
    if names.iter().any(|name| name.starts_with(line)) { None } else { Some(false) }
}

/// Interprets the whole of `bytes`.
pub fn interpret(bytes: &[u8], settings: Settings) -> Interpretation {
    let mut result = Interpretation::default();
    let mut bytes = bytes;
    if settings.fatal {
        if let Err(error) = std::str::from_utf8(bytes) {
            // A character that the end of the stream cuts off is dropped with its line.
            result.error = error.error_len().map(|_| "InvalidUtf8".into());
            bytes = &bytes[..error.valid_up_to()];
        }
    }
    // A character that the end of the stream cuts off is left out: it is in a line that is none.
    let is_cut_off = |tail: &&[u8]| {
        std::str::from_utf8(tail).is_err_and(|error| error.valid_up_to() == 0 && error.error_len().is_none())
    };
    let tail = (1..=3).filter_map(|length| bytes.get(bytes.len().checked_sub(length)?..)).find(is_cut_off);
    bytes = &bytes[..bytes.len() - tail.map_or(0, <[u8]>::len)];
    // 9.2.5: UTF-8 decode replaces as the Encoding standard says and strips one leading BOM.
    // `from_utf8_lossy` replaces each maximal subpart, which is the same (see the vectors of utf8.json).
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(&text);

    let (mut data, mut event_type, mut last_event_id_buffer) = (String::new(), String::new(), String::new());
    let (lines, unfinished) = lines_of(text);
    for line in lines {
        if settings.line.is_some_and(|limit| line.len() > limit) && has_effect(line, true, settings) == Some(true) {
            result.error = Some("LineTooLong".into());
            return result;
        }
        if line.is_empty() {
            // 9.2.6, dispatch the event: step 1
            result.last_event_id.clone_from(&last_event_id_buffer);
            // step 2
            if data.is_empty() {
                event_type.clear();
                continue;
            }
            // steps 3 to 8
            data.pop();
            result.events.push(Event {
                event_type: if event_type.is_empty() { "message".into() } else { event_type.clone() },
                data: data.clone(),
                last_event_id: result.last_event_id.clone(),
            });
            data.clear();
            event_type.clear();
            continue;
        }
        let (field, value) = match line.split_once(':') {
            Some((field, value)) => (field, value.strip_prefix(' ').unwrap_or(value)),
            None => (line, ""),
        };
        match field {
            "" if settings.without_comments => {}
            "" => result.comments.push(value.to_owned()),
            "event" => event_type = value.to_owned(),
            "data" => {
                data.push_str(value);
                data.push('\n');
            }
            "id" if !value.contains('\0') => last_event_id_buffer = value.to_owned(),
            "retry" if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) => {
                let digits = value.trim_start_matches('0');
                result.retry.push(match digits.len() {
                    0 => 0,
                    1..=10 => digits.parse::<u64>().unwrap().min(u32::MAX.into()) as u32,
                    _ => u32::MAX,
                });
            }
            _ => {}
        }
        if settings.event.is_some_and(|limit| data.len().saturating_sub(1) > limit) {
            result.error = Some("EventTooLarge".into());
            return result;
        }
    }
    let effect = has_effect(unfinished, false, settings);
    let unfinished = if effect == Some(false) { "" } else { unfinished };
    if settings.line.is_some_and(|limit| unfinished.len() > limit) && effect == Some(true) {
        result.error = Some("LineTooLong".into());
    } else if result.error.is_none()
        && settings.pending.is_some_and(|limit| unfinished.len() + data.len().saturating_sub(1) > limit)
    {
        result.error = Some("TooMuchPending".into());
    }
    // The block that the end of the stream cuts off is dropped.
    result
}

/// The lines of a text, and what follows the last end of line, which is not a line.
fn lines_of(text: &str) -> (Vec<&str>, &str) {
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = rest.find(['\r', '\n']) {
        lines.push(&rest[..end]);
        let width = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[end + width..];
    }
    (lines, rest)
}

/// What the engine makes of the same bytes, given in these chunks.
pub fn run<'a>(chunks: impl IntoIterator<Item = &'a [u8]>, settings: Settings) -> Interpretation {
    let mut limits = Limits::default();
    if let Some(line) = settings.line {
        limits.line = line;
    }
    if let Some(event) = settings.event {
        limits.event = event;
    }
    if let Some(pending) = settings.pending {
        limits.pending = pending;
    }
    let utf8 = if settings.fatal { Utf8Mode::Fatal } else { Utf8Mode::Replace };
    let stream = EventStream::new(limits, utf8);
    let mut stream = if settings.without_comments { stream } else { stream.with_comments() };
    let mut result = Interpretation::default();
    for chunk in chunks {
        let fed = stream.feed(chunk);
        collect(&stream, &mut result);
        if let Err(error) = fed {
            result.error = Some(error.name().to_owned());
            return result;
        }
    }
    stream.end();
    if stream.last_event_id() != result.last_event_id {
        result.error = Some(format!("the stream's last event ID is {:?}, its items' is not", stream.last_event_id()));
    }
    result
}

fn collect(stream: &EventStream, result: &mut Interpretation) {
    stream.for_each_item(|item| match item {
        Item::Event { event_type, data, last_event_id } => {
            last_event_id.clone_into(&mut result.last_event_id);
            result.events.push(Event {
                event_type: event_type.to_owned(),
                data: data.to_owned(),
                last_event_id: last_event_id.to_owned(),
            });
        }
        Item::LastEventId(id) => id.clone_into(&mut result.last_event_id),
        Item::Retry(time) => result.retry.push(time),
        Item::Comment(text) => result.comments.push(text.to_owned()),
        Item::IgnoredLine(text) | Item::IgnoredBlock(text) => {
            result.error = Some(format!("nobody has asked for {text:?}"));
        }
    });
}

/// One entry of `tests/vectors/*.json`.
#[derive(Debug)]
pub struct Vector {
    pub name: String,
    pub bytes: Vec<u8>,
    pub settings: Settings,
    pub whole_only: bool,
    pub expected: Interpretation,
}

/// Every vector, in the order of the files' names.
pub fn vectors() -> Vec<Vector> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    let mut vectors = Vec::new();
    for file in files {
        let json: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        let stem = file.file_stem().unwrap().to_string_lossy();
        for vector in json["vectors"].as_array().unwrap() {
            vectors.push(vector_of(&stem, vector));
        }
    }
    vectors
}

fn vector_of(file: &str, json: &serde_json::Value) -> Vector {
    let string = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let list = |key: &str| json[key].as_array().cloned().unwrap_or_default();
    let limit = |key: &str| json["limits"][key].as_u64().map(|limit| limit as usize);
    Vector {
        name: format!("{file}: {}", string(&json["name"])),
        bytes: string(&json["bytes"]).chars().map(|character| u8::try_from(character).unwrap()).collect(),
        settings: Settings {
            line: limit("line"),
            event: limit("event"),
            pending: limit("pending"),
            fatal: json["utf8"] == "fatal",
            without_comments: json["without_comments"] == true,
        },
        whole_only: json["whole_only"] == true,
        expected: Interpretation {
            events: list("events")
                .iter()
                .map(|event| Event {
                    event_type: string(&event["type"]),
                    data: string(&event["data"]),
                    last_event_id: string(&event["lastEventId"]),
                })
                .collect(),
            last_event_id: string(&json["lastEventId"]),
            retry: list("retry").iter().map(|time| u32::try_from(time.as_u64().unwrap()).unwrap()).collect(),
            comments: list("comments").iter().map(string).collect(),
            error: json["error"].as_str().map(str::to_owned),
        },
    }
}
