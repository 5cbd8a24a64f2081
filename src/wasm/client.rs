//! The driver of a source: performs the machine's actions on the host, one by one, with no borrow held.

use super::boundary::Boundary;
use super::error::{details, reason};
use super::fetch::{Connection, Reader, read, run};
use super::options::SourceInit;
use super::timer::Timer;
use crate::event_source::{Action, EventSource, Generation, Input, last_event_id_header};
use alloc::borrow::ToOwned;
use alloc::rc::Rc;
use core::cell::RefCell;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;

#[wasm_bindgen]
extern "C" {
    /// The JS side of a source (`pkg-template/event-source.js`): dispatches what it is told. Its methods don't throw; where one
    /// does all the same, the source goes on.
    #[derive(Debug)]
    pub type Listener;
    #[wasm_bindgen(method, catch)]
    fn open(this: &Listener, origin: &str, response: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn events(this: &Listener, words: u32) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn error(this: &Listener, details: &JsValue, response: &JsValue, cause: &JsValue) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &Listener, reason: &str) -> Result<(), JsValue>;
}

/// What a connection, a timer and JavaScript share.
#[derive(Debug)]
pub(super) struct Source {
    init: SourceInit,
    listener: Listener,
    machine: RefCell<EventSource>,
    boundary: RefCell<Boundary>,
    connection: RefCell<Connection>,
    timer: RefCell<Option<Timer>>,
    /// The response of this attempt, and what it was rejected with: for the events' details.
    response: RefCell<JsValue>,
    cause: RefCell<JsValue>,
}

impl Source {
    /// Takes an input in and performs what follows from it.
    pub(super) fn handle(self: &Rc<Self>, input: Input<'_>) {
        self.machine.borrow_mut().handle(input);
        self.perform();
    }

    /// What a fetch or a read was rejected with is the error event's `cause`.
    pub(super) fn broke(self: &Rc<Self>, generation: Generation, cause: JsValue) {
        let reason = reason(&cause);
        self.cause.replace(cause);
        self.handle(Input::NetworkError(generation, &reason));
        self.cause.replace(JsValue::UNDEFINED);
    }

    pub(super) fn is_current(&self, generation: Generation) -> bool {
        self.machine.borrow().is_current(generation)
    }

    pub(super) fn received(&self, response: JsValue) {
        self.response.replace(response);
    }

    pub(super) fn set_reader(&self, reader: Reader) {
        self.connection.borrow_mut().reader = Some(reader);
    }

    /// Copies a chunk into the stream's buffer, once, for [`Input::Filled`]; how long it is. An error: it is not bytes.
    pub(super) fn copy(&self, generation: Generation, chunk: &JsValue) -> Result<usize, JsValue> {
        let chunk = self.init.bytes(chunk)?;
        let len = chunk.length() as usize;
        if let Some(room) = self.machine.borrow_mut().room(generation, len) {
            chunk.copy_to(room);
        }
        Ok(len)
    }

    fn perform(self: &Rc<Self>) {
        loop {
            let Some(action) = self.machine.borrow_mut().next_action() else { return };
            match action {
                Action::Connect(generation) => self.connect(generation),
                Action::Abort => {
                    let connection = self.connection.take();
                    connection.abort();
                }
                Action::StartTimer(generation, milliseconds) => {
                    let source = Rc::clone(self);
                    let timer = Timer::start(milliseconds, move || source.handle(Input::Timer(generation)));
                    self.timer.replace(Some(timer));
                }
                Action::StopTimer => {
                    let timer = self.timer.take();
                    drop(timer);
                }
                Action::DispatchOpen | Action::DispatchEvents | Action::DispatchError | Action::DispatchClose(_) => {
                    // What a listener throws has been reported by the host's `dispatchEvent`.
                    let _ = self.tell(action);
                }
            }
        }
    }

    /// Tells the listener of what it is to dispatch.
    fn tell(&self, action: Action) -> Result<(), JsValue> {
        match action {
            Action::DispatchOpen => {
                let (origin, response) = (self.machine.borrow().origin().to_owned(), self.response.borrow().clone());
                self.listener.open(&origin, &response)
            }
            Action::DispatchEvents => {
                let words = self.boundary.borrow_mut().describe(self.machine.borrow_mut().stream_mut());
                self.listener.events(words)
            }
            Action::DispatchError => {
                let Some(error) = self.machine.borrow_mut().take_error() else { return Ok(()) };
                let (response, cause) = (self.response.replace(JsValue::UNDEFINED), self.cause.borrow().clone());
                self.listener.error(&details(&error), &response, &cause)
            }
            Action::DispatchClose(reason) => self.listener.close(reason.name()),
            Action::Connect(_) | Action::Abort | Action::StartTimer(..) | Action::StopTimer => Ok(()),
        }
    }

    fn connect(self: &Rc<Self>, generation: Generation) {
        let connection = Connection::new();
        let last_event_id = last_event_id_header(self.machine.borrow().last_event_id());
        let request = connection.request(&self.init, &last_event_id);
        self.response.replace(JsValue::UNDEFINED);
        self.connection.replace(connection);
        let response = self.init.fetch(&self.init.url(), &request);
        spawn_local(run(Rc::clone(self), generation, response));
    }
}

/// A source, as JavaScript holds it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Client {
    source: Rc<Source>,
}

#[wasm_bindgen]
impl Client {
    /// A source that has not yet connected.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new(init: SourceInit, listener: Listener) -> Self {
        let machine = RefCell::new(EventSource::new(&init.url(), init.options()));
        Self {
            source: Rc::new(Source {
                init,
                listener,
                machine,
                boundary: RefCell::default(),
                connection: RefCell::default(),
                timer: RefCell::default(),
                response: RefCell::default(),
                cause: RefCell::default(),
            }),
        }
    }

    /// Connects, or reads the stream that it was constructed with.
    pub fn start(&self) {
        let source = &self.source;
        let Some(reader) = source.init.reader() else { return source.handle(Input::Open) };
        source.set_reader(reader.clone());
        let first = reader.read();
        source.handle(Input::Adopt);
        match first {
            Ok(first) => spawn_local(read(Rc::clone(source), Generation::default(), reader, first)),
            Err(error) => source.broke(Generation::default(), error),
        }
    }

    /// The `close()` method.
    pub fn close(&self) {
        self.source.handle(Input::Close);
    }
}
