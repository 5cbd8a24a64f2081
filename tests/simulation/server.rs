//! A server whose events are numbered, so that it can resume after any `Last-Event-ID`.

/// What a prefix of a stream has completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Retry(u32),
    Id(u64),
    Event(u64),
}

/// A response's body: the bytes, and what is complete at which of them.
#[derive(Debug, Default)]
pub struct Body {
    pub bytes: Vec<u8>,
    pub marks: Vec<(usize, Mark)>,
    next: u64,
    /// How far it has been delivered.
    pub at: usize,
    pub marked: usize,
}

/// The data of an event, as a listener sees it.
pub fn data_of(number: u64) -> String {
    match number % 4 {
        0 => format!("{number}"),
        1 => format!("你好 {number} 😀"),
        2 => format!("two lines\nof {number}"),
        _ => String::new(),
    }
}

pub fn event_type_of(number: u64) -> &'static str {
    if number.is_multiple_of(5) { "tick" } else { "message" }
}

impl Body {
    pub fn after(last_event_id: u64) -> Self {
        Self { next: last_event_id + 1, ..Self::default() }
    }

    /// The bytes of the next chunk, and what they complete.
    pub fn deliver(&mut self, len: usize) -> (Vec<u8>, Vec<Mark>) {
        while self.bytes.len() < self.at + len {
            self.block();
        }
        let chunk = self.bytes[self.at..self.at + len].to_vec();
        self.at += len;
        let mut marks = Vec::new();
        while let Some((end, mark)) = self.marks.get(self.marked)
            && *end <= self.at
        {
            marks.push(*mark);
            self.marked += 1;
        }
        (chunk, marks)
    }

    fn block(&mut self) {
        let number = self.next;
        self.next += 1;
        let eol = ["\n", "\r\n", "\r"][(number % 3) as usize];
        if number.is_multiple_of(3) {
            self.text(": alive");
            self.text(eol);
        }
        if number.is_multiple_of(11) {
            let time = [0, 5, 100, 1000, 3000, 60_000][(number / 11 % 6) as usize];
            self.text(&format!("retry: {time}"));
            self.ends(eol, &[Mark::Retry(time)]);
        }
        self.text(&format!("id: {number}"));
        self.text(eol);
        // A block without data is no event, but sets the ID.
        if number.is_multiple_of(13) {
            self.ends(eol, &[Mark::Id(number)]);
            return;
        }
        if event_type_of(number) != "message" {
            self.text(&format!("event: {}", event_type_of(number)));
            self.text(eol);
        }
        for line in data_of(number).split('\n') {
            self.text(&format!("data: {line}"));
            self.text(eol);
        }
        self.ends(eol, &[Mark::Id(number), Mark::Event(number)]);
    }

    fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// A line ends with its CR, whether an LF follows or not.
    fn ends(&mut self, eol: &str, marks: &[Mark]) {
        let end = self.bytes.len() + 1;
        self.marks.extend(marks.iter().map(|mark| (end, *mark)));
        self.text(eol);
    }
}
