// Written by `cargo xtask build` from src/boundary.rs: change it there.

// The `readyState` attribute (WHATWG HTML, section 9.2.2).
/** Not yet established, or closed and being reestablished. */
export const READY_STATE_CONNECTING = 0
/** Open, dispatching events as they come. */
export const READY_STATE_OPEN = 1
/** Closed; not going to connect again. */
export const READY_STATE_CLOSED = 2

// `Extension:` why a source is closed.
/** By `close()` or its signal. */
export const CLOSE_REASON_CLOSED = 0
/** The stream ended, and the source was not to reconnect. */
export const CLOSE_REASON_ENDED = 1
/** The connection failed. */
export const CLOSE_REASON_FAILED = 2

// What JavaScript tells of a source, or of one of its connections, by a number alone: the first argument of `Client.input`. What needs
// a text is told by `Client.told`.
/** The constructor has returned: connect. */
export const INPUT_OPEN = 0
/** The bytes are there already: announce, and never connect again. */
export const INPUT_ADOPT = 1
/** A chunk has been written into the room that was asked for. */
export const INPUT_FILLED = 2
/** The body ended as it should. */
export const INPUT_END_OF_BODY = 3
/** The timer has gone off. */
export const INPUT_TIMER = 4
/** The page or the mini program is in the foreground again. */
export const INPUT_WAKE = 5
/** The `close()` method. */
export const INPUT_CLOSE = 6
/** The host says that there is no network. */
export const INPUT_OFFLINE = 7
/** The network is back. */
export const INPUT_ONLINE = 8
/** The page or the mini program is hidden. */
export const INPUT_HIDDEN = 9
/** The page is about to be frozen. */
export const INPUT_FREEZE = 10
/** The `reconnect()` method. */
export const INPUT_RECONNECT = 11
/** The stream has said that it is over. */
export const INPUT_FINISH = 12
/** The caller's function is content. */
export const INPUT_ACCEPT = 13
/** Whoever takes the events is busy: no more of the body is read. */
export const INPUT_HOLD = 14
/** The body is read on. */
export const INPUT_RELEASE = 15
/** How long the wait is that has begun: in milliseconds, in the place of a chunk's length. */
export const INPUT_WAIT = 16

// What stands in the place of a status where there was none: a status has three digits.
/** There is a response, whose status the host does not tell, as in WeChat's devtools: it counts as an event stream. */
export const STATUS_UNKNOWN = 1
/** There was no response, or its body broke off: the text is the host's reason. */
export const STATUS_FAILED = 2
/** There can be no connection, whatever the server says: the text is a sentence that says what to change. */
export const STATUS_FUTILE = 3
/** A function of the caller's has thrown: the text is a sentence that says so. */
export const STATUS_REJECTED = 4

// What is yes or no of a stream or a source, as the bits of one number.
/** Bytes that are not UTF-8 fail the stream. */
export const FLAG_FATAL = 1
/** Connect again whatever the method is. */
export const FLAG_ALWAYS = 4
/** Never connect again. */
export const FLAG_NEVER = 8
/** A request task carries requests out, not fetch. */
export const FLAG_REQUEST_TASK = 16
/** Comments are handed out. */
export const FLAG_COMMENTS = 32
/** The host has a `TextDecoder`, or something better. */
export const FLAG_HOST_DECODES = 64
/** The body can be sent only once. */
export const FLAG_ONE_SHOT = 128
/** The connection is given up while the page is hidden. */
export const FLAG_PAUSES_WHEN_HIDDEN = 256
/** A function of the caller's says what is an event stream. */
export const FLAG_JUDGES = 512
/** A function of the caller's may help against status 401. */
export const FLAG_AUTHORIZES = 1024
/** Each wait is the longest that the policy allows. */
export const FLAG_NO_JITTER = 2048
/** The host makes a string of a long text sooner than it joins strings. */
export const FLAG_DECODES_LONG_TEXTS = 4096
/** A parser hands out lines and blocks that have no effect. */
export const FLAG_TELLS_IGNORED = 8192
/** The host's timers are not its own, and may not run on its clock. */
export const FLAG_RESTARTS_IDLE_TIMER = 16384
/** The listener says, behind each failure and each end, whether and when to connect again. */
export const FLAG_AS_TOLD = 65536
/** What may be pending is counted in UTF-16 code units, and each event has the ID of its own block or none. */
export const FLAG_BY_BLOCK = 32768

// Where an option stands among the words that a source is constructed with. Statuses to connect again behind follow the last one.
/** The flags. */
export const OPTION_FLAGS = 0
/** The longest line, in bytes. */
export const OPTION_LINE = 1
/** The largest data of an event, in bytes. */
export const OPTION_EVENT = 2
/** The most that may be pending, in bytes. */
export const OPTION_PENDING = 3
/** What the randomness of waits starts from. */
export const OPTION_SEED = 4
/** The first reconnection time, in milliseconds; `SENTINEL_NOT_GIVEN` if it is not given. */
export const OPTION_BASE_MS = 5
/** The longest wait, in milliseconds. */
export const OPTION_MAX_MS = 6
/** By how much waits grow, in percent. */
export const OPTION_FACTOR_PERCENT = 7
/** How often to connect again in vain; `SENTINEL_NOT_GIVEN` for ever. */
export const OPTION_MAX_ATTEMPTS = 8
/** How long a stream must have been open for failures to be counted anew, in milliseconds. */
export const OPTION_STABLE_MS = 9
/** How long a response's head may take, in milliseconds; 0: as long as it likes. */
export const OPTION_OPEN_TIMEOUT = 10
/** How long the stream may be silent, in milliseconds; 0: as long as it likes. */
export const OPTION_IDLE_TIMEOUT = 11
/** How many words stand in front of the statuses. */
export const OPTION_COUNT = 12

// In the place of a number.
/** The number was not given, where 0 is one. */
export const SENTINEL_NOT_GIVEN = 4294967295

// What holds where the caller says nothing else.
/** The largest data of an event, in bytes. */
export const DEFAULT_LARGEST_EVENT = 67108864
/** How long what stands in front of data is, in bytes: so much longer a line may be than an event. */
export const DEFAULT_DATA_LENGTH = 6
/** The reconnection time, in milliseconds. */
export const DEFAULT_RECONNECTION_TIME = 3000
/** The longest wait, in milliseconds. */
export const DEFAULT_MAX_MS = 30000
/** By how much waits grow, in percent. */
export const DEFAULT_FACTOR_PERCENT = 200
/** How long a stream must have been open for failures to be counted anew, in milliseconds. */
export const DEFAULT_STABLE_MS = 5000

// Where the words are that say where the batch lies, and where the next chunk may be written: counted from the address that `Parser.room`
// gives, or that `events` is called with.
/** The address of the records. */
export const WORD_RECORDS = 0
/** How many words the records have. */
export const WORD_RECORDS_LENGTH = 1
/** The address of the stream's buffer, in which the regions lie. */
export const WORD_BUFFER = 2
/** The address of the side text. */
export const WORD_SIDE = 3
/** Its length, in bytes. */
export const WORD_SIDE_LENGTH = 4
/** The address of the name of what the stream has failed with. */
export const WORD_FAILURE_NAME = 5
/** Its length, in bytes; 0 where the stream has not failed. */
export const WORD_FAILURE_NAME_LENGTH = 6
/** The address of the sentence that says why. */
export const WORD_FAILURE_MESSAGE = 7
/** Its length, in bytes. */
export const WORD_FAILURE_MESSAGE_LENGTH = 8
/** Where the next chunk may be written. */
export const WORD_ROOM = 9
/** How long it may be, in bytes. */
export const WORD_ROOM_LENGTH = 10
/** How much of the unfinished line is kept, in bytes. */
export const WORD_LINE_LENGTH = 11
/** How many words there are. */
export const WORD_COUNT = 12

// What a record of the batch is: the lowest four bits of its first word. `src/event_stream/batch.rs` has the format of each.
/** A dispatched event. */
export const RECORD_EVENT = 0
/** The last event ID string has been set. */
export const RECORD_LAST_EVENT_ID = 1
/** A valid `retry` field. */
export const RECORD_RETRY = 2
/** A comment. */
export const RECORD_COMMENT = 3
/** The name of an event type, for the records that follow. */
export const RECORD_EVENT_TYPE = 4
/** Where the data of the events that follow lies. */
export const RECORD_REGION = 5
/** Data of an event that is not yet complete. */
export const RECORD_PART = 6
/** The line of a field that has no effect. */
export const RECORD_IGNORED_LINE = 7
/** A blank line behind no data, with the event type that it resets. */
export const RECORD_IGNORED_BLOCK = 8

// The form of a record.
/** How many words a record has. */
export const RECORD_WORDS = 3
/** The bits of the first word that are its kind. */
export const RECORD_KIND = 15
/** The event type's number is in the bits above. */
export const RECORD_TYPE_SHIFT = 8
/** Of a last event ID: the event of its block is the next one. */
export const RECORD_WITH_EVENT = 16
/** Of a last event ID: the block of the next event has none. Of an ignored line: it came in more than one chunk, and was not kept. */
export const RECORD_NO_TEXT = 32
/** Of a region or a part: it is not ASCII. */
export const RECORD_NON_ASCII = 16
/** Of a region: the host decodes it. */
export const RECORD_GAPS = 32
/** Of an event in such a region: its line ends with U+000D. */
export const RECORD_BY_CR = 16
/** Of an event: its data has line ends in it. */
export const RECORD_MANY_LINES = 32
/** Of an event: its data begins with the parts in front of it. */
export const RECORD_IN_PARTS = 64
/** Of a part: it is the first of its event. */
export const RECORD_FIRST = 64
