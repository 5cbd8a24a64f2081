//! Every number that Rust and JavaScript both know, declared once.
//!
//! `cargo xtask build` writes `pkg-template/generated/boundary.js` from [`GROUPS`], so that no number is written by hand in both languages;
//! `cargo xtask check` fails where the committed file differs. On wasm32 the tables are not linked: what is left is the numbers themselves.
//!
//! A number of JavaScript's that is not known here does nothing; in a debug build it is an error.

/// A number by the name that it has in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    /// In Rust; JavaScript's is this in capitals, behind the group's prefix.
    pub name: &'static str,
    /// What the name stands for.
    pub value: u32,
    /// The documentation, a line for each line of the source.
    pub doc: &'static [&'static str],
}

/// Numbers that belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Group {
    /// What the names in JavaScript begin with.
    pub prefix: &'static str,
    /// The documentation, a line for each line of the source.
    pub doc: &'static [&'static str],
    /// In the order of the source.
    pub numbers: &'static [Number],
}

/// Declares an enum whose values cross the boundary, and its [`Group`].
macro_rules! enumeration {
    ($(#[doc = $doc:literal])* $name:ident: $prefix:literal {
        $($(#[doc = $of_variant:literal])* $variant:ident = $value:literal,)*
    }) => {
        $(#[doc = $doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u32)]
        pub enum $name {
            $($(#[doc = $of_variant])* $variant = $value,)*
        }

        impl $name {
            /// For JavaScript.
            pub const GROUP: Group = Group {
                prefix: $prefix,
                doc: &[$($doc),*],
                numbers: &[$(Number { name: stringify!($variant), value: $value, doc: &[$($of_variant),*] }),*],
            };

            /// The variant that has this number, if there is one.
            #[must_use]
            pub const fn of(number: u32) -> Option<Self> {
                match number {
                    $($value => Some(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

/// Declares a module of constants that cross the boundary, and their `GROUP`.
macro_rules! constants {
    ($(#[doc = $doc:literal])* $module:ident: $prefix:literal {
        $($(#[doc = $of_constant:literal])* $name:ident = $value:expr,)*
    }) => {
        $(#[doc = $doc])*
        pub mod $module {
            $($(#[doc = $of_constant])* pub const $name: u32 = $value;)*

            /// For JavaScript.
            pub const GROUP: super::Group = super::Group {
                prefix: $prefix,
                doc: &[$($doc),*],
                numbers: &[$(super::Number { name: stringify!($name), value: $name, doc: &[$($of_constant),*] }),*],
            };
        }
    };
}

enumeration! {
    /// What JavaScript tells of a source, or of one of its connections, by a number alone: the first argument of `Client.input`. What needs
    /// a text is told by `Client.told`.
    InputNumber: "INPUT_" {
        /// The constructor has returned: connect.
        Open = 0,
        /// The bytes are there already: announce, and never connect again.
        Adopt = 1,
        /// A chunk has been written into the room that was asked for.
        Filled = 2,
        /// The body ended as it should.
        EndOfBody = 3,
        /// The timer has gone off.
        Timer = 4,
        /// The page or the mini program is in the foreground again.
        Wake = 5,
        /// The `close()` method.
        Close = 6,
        /// The host says that there is no network.
        Offline = 7,
        /// The network is back.
        Online = 8,
        /// The page or the mini program is hidden.
        Hidden = 9,
        /// The page is about to be frozen.
        Freeze = 10,
        /// The `reconnect()` method.
        Reconnect = 11,
        /// The stream has said that it is over.
        Finish = 12,
        /// The caller's function is content.
        Accept = 13,
        /// Whoever takes the events is busy: no more of the body is read.
        Hold = 14,
        /// The body is read on.
        Release = 15,
        /// How long the wait is that has begun: in milliseconds, in the place of a chunk's length.
        Wait = 16,
    }
}

enumeration! {
    /// What stands in the place of a status where there was none: a status has three digits.
    PseudoStatus: "STATUS_" {
        /// There is a response, whose status the host does not tell, as in WeChat's devtools: it counts as an event stream.
        Unknown = 1,
        /// There was no response, or its body broke off: the text is the host's reason.
        Failed = 2,
        /// There can be no connection, whatever the server says: the text is a sentence that says what to change.
        Futile = 3,
        /// A function of the caller's has thrown: the text is a sentence that says so.
        Rejected = 4,
    }
}

constants! {
    /// What is yes or no of a stream or a source, as the bits of one number.
    flag: "FLAG_" {
        /// Bytes that are not UTF-8 fail the stream.
        FATAL = 1,
        /// Connect again whatever the method is.
        ALWAYS = 4,
        /// Never connect again.
        NEVER = 8,
        /// A request task carries requests out, not fetch.
        REQUEST_TASK = 16,
        /// Comments are handed out.
        COMMENTS = 32,
        /// The host has a `TextDecoder`, or something better.
        HOST_DECODES = 64,
        /// The body can be sent only once.
        ONE_SHOT = 128,
        /// The connection is given up while the page is hidden.
        PAUSES_WHEN_HIDDEN = 256,
        /// A function of the caller's says what is an event stream.
        JUDGES = 512,
        /// A function of the caller's may help against status 401.
        AUTHORIZES = 1024,
        /// Each wait is the longest that the policy allows.
        NO_JITTER = 2048,
        /// The host makes a string of a long text sooner than it joins strings.
        DECODES_LONG_TEXTS = 4096,
        /// A parser hands out lines and blocks that have no effect.
        TELLS_IGNORED = 8192,
        /// The host's timers are not its own, and may not run on its clock.
        RESTARTS_IDLE_TIMER = 16384,
        /// The listener says, behind each failure and each end, whether and when to connect again.
        AS_TOLD = 65536,
        /// What may be pending is counted in UTF-16 code units, and each event has the ID of its own block or none.
        BY_BLOCK = 32768,
    }
}

constants! {
    /// Where an option stands among the words that a source is constructed with. Statuses to connect again behind follow the last one.
    option: "OPTION_" {
        /// The flags.
        FLAGS = 0,
        /// The longest line, in bytes.
        LINE = 1,
        /// The largest data of an event, in bytes.
        EVENT = 2,
        /// The most that may be pending, in bytes.
        PENDING = 3,
        /// What the randomness of waits starts from.
        SEED = 4,
        /// The first reconnection time, in milliseconds; `SENTINEL_NOT_GIVEN` if it is not given.
        BASE_MS = 5,
        /// The longest wait, in milliseconds.
        MAX_MS = 6,
        /// By how much waits grow, in percent.
        FACTOR_PERCENT = 7,
        /// How often to connect again in vain; `SENTINEL_NOT_GIVEN` for ever.
        MAX_ATTEMPTS = 8,
        /// How long a stream must have been open for failures to be counted anew, in milliseconds.
        STABLE_MS = 9,
        /// How long a response's head may take, in milliseconds; 0: as long as it likes.
        OPEN_TIMEOUT = 10,
        /// How long the stream may be silent, in milliseconds; 0: as long as it likes.
        IDLE_TIMEOUT = 11,
        /// How many words stand in front of the statuses.
        COUNT = 12,
    }
}

constants! {
    /// In the place of a number.
    sentinel: "SENTINEL_" {
        /// The number was not given, where 0 is one.
        NOT_GIVEN = u32::MAX,
    }
}

constants! {
    /// What holds where the caller says nothing else.
    default: "DEFAULT_" {
        /// The largest data of an event, in bytes.
        LARGEST_EVENT = crate::event_stream::LARGEST_EVENT as u32,
        /// How long what stands in front of data is, in bytes: so much longer a line may be than an event.
        DATA_LENGTH = crate::event_stream::DATA.len() as u32,
        /// The reconnection time, in milliseconds.
        RECONNECTION_TIME = crate::event_source::defaults::RECONNECTION_TIME,
        /// The longest wait, in milliseconds.
        MAX_MS = crate::event_source::defaults::MAX_MS,
        /// By how much waits grow, in percent.
        FACTOR_PERCENT = crate::event_source::defaults::FACTOR_PERCENT,
        /// How long a stream must have been open for failures to be counted anew, in milliseconds.
        STABLE_MS = crate::event_source::defaults::STABLE_MS,
    }
}

enumeration! {
    /// What a record of the batch is: the lowest four bits of its first word. `src/event_stream/batch.rs` has the format of each.
    RecordKind: "RECORD_" {
        /// A dispatched event.
        Event = 0,
        /// The last event ID string has been set.
        LastEventId = 1,
        /// A valid `retry` field.
        Retry = 2,
        /// A comment.
        Comment = 3,
        /// The name of an event type, for the records that follow.
        EventType = 4,
        /// Where the data of the events that follow lies.
        Region = 5,
        /// Data of an event that is not yet complete.
        Part = 6,
        /// The line of a field that has no effect.
        IgnoredLine = 7,
        /// A blank line behind no data, with the event type that it resets.
        IgnoredBlock = 8,
    }
}

constants! {
    /// The form of a record.
    record: "RECORD_" {
        /// How many words a record has.
        WORDS = 3,
        /// The bits of the first word that are its kind.
        KIND = 0xF,
        /// The event type's number is in the bits above.
        TYPE_SHIFT = 8,
        /// Of a last event ID: the event of its block is the next one.
        WITH_EVENT = 1 << 4,
        /// Of a last event ID: the block of the next event has none. Of an ignored line: it came in more than one chunk, and was not kept.
        NO_TEXT = 1 << 5,
        /// Of a region or a part: it is not ASCII.
        NON_ASCII = 1 << 4,
        /// Of a region: the host decodes it.
        GAPS = 1 << 5,
        /// Of an event in such a region: its line ends with U+000D.
        BY_CR = 1 << 4,
        /// Of an event: its data has line ends in it.
        MANY_LINES = 1 << 5,
        /// Of an event: its data begins with the parts in front of it.
        IN_PARTS = 1 << 6,
        /// Of a part: it is the first of its event.
        FIRST = 1 << 6,
    }
}

constants! {
    /// Where the words are that say where the batch lies, and where the next chunk may be written: counted from the address that `Parser.room`
    /// gives, or that `events` is called with.
    word: "WORD_" {
        /// The address of the records.
        RECORDS = 0,
        /// How many words the records have.
        RECORDS_LENGTH = 1,
        /// The address of the stream's buffer, in which the regions lie.
        BUFFER = 2,
        /// The address of the side text.
        SIDE = 3,
        /// Its length, in bytes.
        SIDE_LENGTH = 4,
        /// The address of the name of what the stream has failed with.
        FAILURE_NAME = 5,
        /// Its length, in bytes; 0 where the stream has not failed.
        FAILURE_NAME_LENGTH = 6,
        /// The address of the sentence that says why.
        FAILURE_MESSAGE = 7,
        /// Its length, in bytes.
        FAILURE_MESSAGE_LENGTH = 8,
        /// Where the next chunk may be written.
        ROOM = 9,
        /// How long it may be, in bytes.
        ROOM_LENGTH = 10,
        /// How much of the unfinished line is kept, in bytes.
        LINE_LENGTH = 11,
        /// How many words there are.
        COUNT = 12,
    }
}

enumeration! {
    /// The `readyState` attribute (WHATWG HTML, section 9.2.2).
    ReadyState: "READY_STATE_" {
        /// Not yet established, or closed and being reestablished.
        Connecting = 0,
        /// Open, dispatching events as they come.
        Open = 1,
        /// Closed; not going to connect again.
        Closed = 2,
    }
}

enumeration! {
    /// `Extension:` why a source is closed.
    CloseReason: "CLOSE_REASON_" {
        /// By `close()` or its signal.
        Closed = 0,
        /// The stream ended, and the source was not to reconnect.
        Ended = 1,
        /// The connection failed.
        Failed = 2,
    }
}

/// All that JavaScript knows, in the order in which it is written.
pub const GROUPS: &[Group] = &[
    ReadyState::GROUP,
    CloseReason::GROUP,
    InputNumber::GROUP,
    PseudoStatus::GROUP,
    flag::GROUP,
    option::GROUP,
    sentinel::GROUP,
    default::GROUP,
    word::GROUP,
    RecordKind::GROUP,
    record::GROUP,
];
