//! The driver of a source: performs the machine's actions on the host, one by one, with no borrow held.

use super::boundary::Boundary;
use super::options::{longest_pending, options};
use crate::boundary::InputNumber;
#[cfg(feature = "web")]
use crate::boundary::flag::{BY_BLOCK, REQUEST_TASK};
use crate::boundary::flag::{COMMENTS, HOST_DECODES};
#[cfg(feature = "web")]
use crate::boundary::option::PENDING;
use crate::event_source::{Action, EventSource, Generation, Input};
use crate::host::clock;
use alloc::borrow::ToOwned;
#[cfg(feature = "web")]
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use core::cell::RefCell;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The JS side of a source (`pkg-template/connection.js`): dispatches what it is told, keeps the timer, and carries requests out
    /// where fetch doesn't. Its methods don't throw.
    #[derive(Debug)]
    pub type Listener;
    /// Begins an attempt: which one in a row it is, from 1, where it is to go on, whether that can be a header, and why it is made. A request
    /// task is sent at once.
    #[wasm_bindgen(method)]
    fn connect(
        this: &Listener,
        generation: u32,
        attempt: u32,
        last_event_id: &str,
        has_header: bool,
        reason: &str,
    ) -> JsValue;
    #[wasm_bindgen(method)]
    fn abort(this: &Listener);
    #[wasm_bindgen(method, js_name = startTimer_)]
    fn start_timer(this: &Listener, generation: u32, milliseconds: u32);
    #[wasm_bindgen(method, js_name = stopTimer_)]
    fn stop_timer(this: &Listener);
    #[wasm_bindgen(method)]
    fn open(this: &Listener, origin: &str);
    #[wasm_bindgen(method)]
    fn events(this: &Listener, words: u32);
    /// Where JavaScript carries out requests, it asks the hooks too.
    #[cfg(not(feature = "web"))]
    #[wasm_bindgen(method, js_name = judge_)]
    fn judge(this: &Listener, generation: u32);
    #[wasm_bindgen(method, js_name = authorize_)]
    fn authorize(this: &Listener, generation: u32);
    /// A [`CloseReason`](crate::event_source::CloseReason).
    #[wasm_bindgen(method)]
    fn close(this: &Listener, reason: u32);
}

/// What a connection and JavaScript share.
#[derive(Debug)]
pub(super) struct Source {
    pub(super) listener: Listener,
    pub(super) machine: RefCell<EventSource>,
    boundary: RefCell<Boundary>,
    /// For the attempts, which go on by themselves.
    #[cfg(feature = "web")]
    pub(super) this: Weak<Self>,
    /// Gives up the fetch that is under way.
    #[cfg(feature = "web")]
    pub(super) abort: RefCell<Option<web_sys::AbortController>>,
    /// Whether a request task carries requests out, and no fetch.
    #[cfg(feature = "web")]
    pub(super) has_request_task: bool,
}

impl Source {
    /// Takes an input in and performs what follows from it.
    pub(super) fn handle(&self, input: Input<'_>) {
        {
            let mut machine = self.machine.borrow_mut();
            // Asking for it takes as long as a small chunk.
            if !matches!(input, Input::Filled(..)) || machine.times_chunks() {
                machine.set_clock(clock());
            }
            machine.handle(input);
        }
        self.perform();
    }

    fn perform(&self) {
        loop {
            let Some(action) = self.machine.borrow_mut().next_action() else { return };
            match action {
                Action::Connect(generation) => self.connect(generation),
                Action::Abort => {
                    // What a caller's fetch does in its signal's listener sees the state behind that.
                    self.listener.abort();
                    #[cfg(feature = "web")]
                    self.give_up_fetch();
                }
                Action::StartTimer(generation, milliseconds) => self.listener.start_timer(generation.0, milliseconds),
                Action::StopTimer => self.listener.stop_timer(),
                Action::DispatchOpen => {
                    let origin = self.machine.borrow().origin().to_owned();
                    self.listener.open(&origin);
                }
                Action::DispatchEvents => {
                    let words = self.boundary.borrow_mut().describe(self.machine.borrow_mut().stream_mut());
                    self.listener.events(words);
                }
                Action::DispatchError => {
                    let error = self.machine.borrow_mut().take_error();
                    if let Some(error) = error {
                        self.listener.tell_error(&error);
                    }
                }
                Action::DispatchClose(reason) => self.listener.close(reason as u32),
                // The road of a fetch asks by itself, where it has the response.
                #[cfg(feature = "web")]
                Action::Judge(_) => {}
                #[cfg(feature = "web")]
                Action::Authorize(_) if !self.has_request_task => {}
                #[cfg(not(feature = "web"))]
                Action::Judge(generation) => self.listener.judge(generation.0),
                Action::Authorize(generation) => self.listener.authorize(generation.0),
            }
        }
    }

    fn connect(&self, generation: Generation) {
        let machine = self.machine.borrow();
        let attempt = machine.failures().saturating_add(1);
        let (last_event_id, has_header) = (machine.last_event_id().to_owned(), machine.has_last_event_id_header());
        let reason = machine.reason().name();
        drop(machine);
        let _inbox = self.listener.connect(generation.0, attempt, &last_event_id, has_header, reason);
        #[cfg(feature = "web")]
        if !self.has_request_task {
            self.fetch(generation, _inbox.into());
        }
    }
}

/// A source, as JavaScript holds it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Client {
    #[cfg(feature = "web")]
    pub(super) source: Rc<Source>,
    #[cfg(not(feature = "web"))]
    pub(super) source: Source,
}

#[wasm_bindgen]
impl Client {
    /// A source that has not yet connected; the words are those that [`option`](crate::boundary::option) names. `page_origin` is empty where there is no page or
    /// worker.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(
        listener: Listener,
        url: &str,
        method: &str,
        page_origin: String,
        last_event_id: String,
        words: &[u32],
    ) -> Self {
        let flags = words.first().copied().unwrap_or_default();
        let options = options(method, page_origin, last_event_id, words);
        let mut machine = EventSource::new(url, options);
        if flags & HOST_DECODES != 0 {
            machine.stream_mut().leave_decoding_to_host(longest_pending(flags));
        }
        if flags & COMMENTS != 0 {
            machine.stream_mut().hand_out_comments();
        }
        #[cfg(feature = "web")]
        if flags & BY_BLOCK != 0 {
            machine.stream_mut().hand_out_ignored();
            machine.stream_mut().read_by_block(words.get(PENDING as usize).copied().unwrap_or_default() as usize);
        }
        let machine = RefCell::new(machine);
        let boundary = RefCell::default();
        #[cfg(feature = "web")]
        let source = Rc::new_cyclic(|this| Source {
            listener,
            machine,
            boundary,
            this: this.clone(),
            abort: RefCell::default(),
            has_request_task: flags & REQUEST_TASK != 0,
        });
        #[cfg(not(feature = "web"))]
        let source = Source { listener, machine, boundary };
        Self { source }
    }

    /// What a function of the caller's has given as URL, absolute and serialised: for origins and errors.
    #[wasm_bindgen(js_name = setUrl_)]
    pub fn set_url(&self, url: &str) {
        self.source.machine.borrow_mut().set_url(url);
    }

    /// What needs no words: an [`Input`] by its number, the generation that it is about, and how long a chunk is.
    pub fn input(&self, number: u32, generation: u32, len: usize) {
        let source = &self.source;
        let generation = Generation(generation);
        let Some(number) = InputNumber::of(number) else {
            debug_assert!(false, "JavaScript gave an input that there is not");
            return;
        };
        source.handle(match number {
            InputNumber::Open => Input::Open,
            InputNumber::Adopt => Input::Adopt,
            InputNumber::Filled => Input::Filled(generation, len),
            InputNumber::EndOfBody => Input::EndOfBody(generation),
            InputNumber::Timer => Input::Timer(generation),
            InputNumber::Wake => Input::Wake,
            InputNumber::Close => Input::Close,
            InputNumber::Offline => Input::Offline,
            InputNumber::Online => Input::Online,
            InputNumber::Hidden => Input::Hidden,
            InputNumber::Freeze => Input::Freeze,
            InputNumber::Reconnect => Input::Reconnect,
            InputNumber::Finish => Input::Finish,
            InputNumber::Accept => Input::Accept(generation),
            InputNumber::Hold => Input::Hold(generation),
            InputNumber::Release => Input::Release(generation),
            InputNumber::Wait => Input::Wait(len as u32),
        });
    }
}
