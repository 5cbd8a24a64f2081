//! The driver of a source in a page or worker: performs the machine's actions over `web-sys`, one by one, with no borrow held.

use super::attempt::{Attempt, Head, attempt};
use super::event_source::{Error, Event, sentence_of};
use crate::event_source::{Action, ConnectionError, EventSource, Generation, Input, Options};
use crate::event_stream::Item;
use crate::host;
use alloc::collections::VecDeque;
use alloc::rc::{Rc, Weak};
use alloc::string::String;
use core::cell::{Cell, RefCell};
use core::future::poll_fn;
use core::task::{Context, Poll, Waker};
use js_sys::{Promise, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, AbortSignal, Headers, ReadableStreamDefaultReader, Request, RequestInit, Response};

#[wasm_bindgen]
extern "C" {
    // Of pages and workers alike.
    #[wasm_bindgen(catch)]
    fn fetch(request: &Request) -> Result<Promise, JsValue>;
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &Closure<dyn FnMut()>, milliseconds: u32) -> JsValue;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timeout: &JsValue);
}

/// What a source, its attempts and its timer share.
#[derive(Debug)]
pub(super) struct Page {
    this: Weak<Self>,
    pub(super) machine: RefCell<EventSource>,
    /// Absolute and serialised.
    url: String,
    init: RequestInit,
    abort: RefCell<Option<AbortController>>,
    timer: RefCell<Option<Timer>>,
    /// What waits to be taken.
    events: RefCell<VecDeque<Event>>,
    pub(super) last_failure: RefCell<Option<ConnectionError>>,
    /// What is yet to be told, behind the events.
    error: RefCell<Option<Error>>,
    is_closed: Cell<bool>,
    /// Of whoever waits for an event.
    taker: RefCell<Option<Waker>>,
    /// Of what reads the body, and waits until all events have been taken.
    reader: RefCell<Option<Waker>>,
}

/// A timer of the host, and what it calls.
#[derive(Debug)]
struct Timer {
    timeout: JsValue,
    _callback: Closure<dyn FnMut()>,
}

impl Drop for Timer {
    fn drop(&mut self) {
        clear_timeout(&self.timeout);
    }
}

impl Page {
    /// The URL is absolute and serialised: each attempt goes where the first one did, also where a page has moved its base.
    pub(super) fn new(url: String, init: RequestInit, options: Options) -> Rc<Self> {
        Rc::new_cyclic(|this| Self {
            this: this.clone(),
            machine: RefCell::new(EventSource::new(&url, options)),
            url,
            init,
            abort: RefCell::default(),
            timer: RefCell::default(),
            events: RefCell::default(),
            last_failure: RefCell::default(),
            error: RefCell::default(),
            is_closed: Cell::default(),
            taker: RefCell::default(),
            reader: RefCell::default(),
        })
    }

    pub(super) fn open(&self) {
        self.handle(Input::Open);
    }

    pub(super) fn close(&self) {
        self.handle(Input::Close);
    }

    pub(super) fn reconnect(&self) {
        self.handle(Input::Reconnect);
    }

    pub(super) fn poll_next(&self, context: &mut Context<'_>) -> Poll<Option<Result<Event, Error>>> {
        let event = self.events.borrow_mut().pop_front();
        if self.events.borrow().is_empty() {
            wake(&self.reader);
        }
        if let Some(event) = event {
            return Poll::Ready(Some(Ok(event)));
        }
        if let Some(error) = self.error.take() {
            return Poll::Ready(Some(Err(error)));
        }
        if self.is_closed.get() {
            return Poll::Ready(None);
        }
        self.taker.replace(Some(context.waker().clone()));
        Poll::Pending
    }

    /// Takes an input in and performs what follows from it.
    fn handle(&self, input: Input<'_>) {
        {
            let mut machine = self.machine.borrow_mut();
            machine.set_clock(host::clock());
            machine.handle(input);
        }
        loop {
            let Some(action) = self.machine.borrow_mut().next_action() else { return };
            self.perform(action);
        }
    }

    fn perform(&self, action: Action) {
        match action {
            Action::Connect(generation) => self.connect(generation),
            Action::Abort => {
                if let Some(abort) = self.abort.take() {
                    abort.abort();
                }
                // What reads the body ends by itself.
                wake(&self.reader);
            }
            Action::StartTimer(generation, milliseconds) => self.start_timer(generation, milliseconds),
            Action::StopTimer => drop(self.timer.take()),
            Action::DispatchEvents => self.keep_events(),
            Action::DispatchError => {
                let error = self.machine.borrow_mut().take_error();
                if let Some(error) = error.clone().filter(|error| error.retry_in.is_none()) {
                    self.error.replace(Some(Error::Connection(error)));
                }
                self.last_failure.replace(error);
            }
            Action::DispatchClose(_) => {
                self.is_closed.set(true);
                wake(&self.taker);
            }
            // Nothing is told of the first, and there are no hooks.
            Action::DispatchOpen | Action::Judge(_) | Action::Authorize(_) => {}
        }
    }

    fn connect(&self, generation: Generation) {
        let Some(page) = self.this.upgrade() else { return };
        let abort = AbortController::new().ok();
        let signal = abort.as_ref().map(AbortController::signal);
        self.abort.replace(abort);
        let road = PageAttempt { page, generation, signal };
        spawn_local(async move { attempt(&road).await });
    }

    fn start_timer(&self, generation: Generation, milliseconds: u32) {
        let page = self.this.clone();
        let callback = Closure::new(move || {
            if let Some(page) = page.upgrade() {
                page.handle(Input::Timer(generation));
            }
        });
        let timeout = set_timeout(&callback, milliseconds);
        self.timer.replace(Some(Timer { timeout, _callback: callback }));
    }

    fn keep_events(&self) {
        let machine = self.machine.borrow();
        let origin: Rc<str> = machine.origin().into();
        for item in machine.stream().items() {
            if let Item::Event { event_type, data, last_event_id } = item {
                let (event_type, data, last_event_id) = (event_type.into(), data.into(), last_event_id.into());
                self.events.borrow_mut().push_back(Event { event_type, data, last_event_id, origin: origin.clone() });
            }
        }
        drop(machine);
        wake(&self.taker);
    }

    /// Waits until all events have been taken. That is no silence of the server's.
    async fn all_taken(&self, generation: Generation) {
        if self.events.borrow().is_empty() {
            return;
        }
        self.handle(Input::Hold(generation));
        poll_fn(|context| {
            if self.events.borrow().is_empty() || !self.machine.borrow().is_current(generation) {
                return Poll::Ready(());
            }
            self.reader.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
        self.handle(Input::Release(generation));
    }
}

fn wake(waker: &RefCell<Option<Waker>>) {
    let waker = waker.take();
    if let Some(waker) = waker {
        waker.wake();
    }
}

struct PageAttempt {
    page: Rc<Page>,
    generation: Generation,
    signal: Option<AbortSignal>,
}

impl Attempt for PageAttempt {
    type Request = Request;
    type Response = Response;
    type Rejection = JsValue;

    fn machine(&self) -> &RefCell<EventSource> {
        &self.page.machine
    }

    fn generation(&self) -> Generation {
        self.generation
    }

    fn handle(&self, input: Input<'_>) {
        self.page.handle(input);
    }

    async fn request(&self) -> Result<Request, JsValue> {
        let Page { url, init, machine, .. } = &*self.page;
        let request = Request::new_with_str_and_init(url, init)?;
        let header = machine.borrow().last_event_id_header();
        if !header.is_empty() {
            request.headers().set("last-event-id", &header)?;
        }
        let signalled = RequestInit::new();
        signalled.set_signal(self.signal.as_ref());
        Request::new_with_request_and_init(&request, &signalled)
    }

    async fn send(&self, request: Request) -> Result<Response, JsValue> {
        Ok(JsFuture::from(fetch(&request)?).await?.unchecked_into())
    }

    fn head(&self, response: &Response) -> Result<Head, JsValue> {
        let headers: Headers = response.headers();
        let header = |name| headers.get(name).map(Option::unwrap_or_default);
        Ok(Head {
            status: response.status(),
            content_type: header("content-type")?,
            url: response.url(),
            retry_after: host::retry_after(&header("retry-after")?),
        })
    }

    fn remember(&self, _: &Response) {}

    async fn read_refused(&self, _: &Response) {}

    async fn consult(&self, _: Action, _: &Response) -> Result<(), JsValue> {
        Ok(())
    }

    fn read(&self, response: &Response) -> Result<bool, JsValue> {
        let Some(body) = response.body() else { return Ok(false) };
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        let (page, generation) = (self.page.clone(), self.generation);
        spawn_local(async move { read_body(&page, generation, &reader).await });
        Ok(true)
    }

    fn discard(&self, response: Response) {
        if let Some(body) = response.body() {
            let _ = body.cancel();
        }
    }

    fn report(&self, rejection: JsValue) {
        self.page.handle(Input::NetworkError(self.generation, &sentence_of(&rejection)));
    }
}

/// Gives the machine chunk by chunk, and the end. The next chunk is asked for before the events of the last one have been taken: hosts throw away
/// what lies unread when a connection breaks.
async fn read_body(page: &Page, generation: Generation, reader: &ReadableStreamDefaultReader) {
    loop {
        let result = JsFuture::from(reader.read()).await;
        page.all_taken(generation).await;
        if !page.machine.borrow().is_current(generation) {
            let _ = reader.cancel();
            return;
        }
        match result.and_then(|result| chunk_of(&result)) {
            Ok(Some(chunk)) => {
                let length = chunk.length();
                let mut machine = page.machine.borrow_mut();
                if let Some(room) = machine.room(generation, length as usize) {
                    chunk.copy_to(room);
                }
                drop(machine);
                page.handle(Input::Filled(generation, length as usize));
            }
            Ok(None) => return page.handle(Input::EndOfBody(generation)),
            Err(rejection) => return page.handle(Input::NetworkError(generation, &sentence_of(&rejection))),
        }
    }
}

/// Of what a reader gives; nothing at the end.
fn chunk_of(result: &JsValue) -> Result<Option<Uint8Array>, JsValue> {
    if Reflect::get(result, &"done".into())?.is_truthy() {
        return Ok(None);
    }
    Ok(Some(Reflect::get(result, &"value".into())?.unchecked_into()))
}
