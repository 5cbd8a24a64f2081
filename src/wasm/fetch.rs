//! The road of an attempt, as the npm package takes it: JavaScript asks the caller's functions, sends and reads
//! (`pkg-template/fetch-attempt.js`), in the order that [`attempt`] says.

use super::client::Source;
use crate::event_source::{Action, EventSource, Generation, Input};
use crate::web::attempt::{self, Attempt, Head};
use alloc::boxed::Box;
use alloc::rc::Rc;
use alloc::string::String;
use core::cell::RefCell;
use core::future::Future;
use core::task::{Context, Waker};
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{AbortController, AbortSignal};

#[wasm_bindgen]
extern "C" {
    /// What JavaScript keeps of one attempt, and does for it.
    #[derive(Debug)]
    pub type Inbox;
    /// What the caller's options say is to be sent, checked, or a promise of that where functions are asked; `header` is the value of
    /// `Last-Event-ID`, empty where none is sent.
    #[wasm_bindgen(method, catch)]
    fn request(this: &Inbox, header: &str) -> Result<JsValue, JsValue>;
    /// A response.
    #[wasm_bindgen(method)]
    fn send(this: &Inbox, request: &JsValue, signal: Option<AbortSignal>) -> Promise;
    #[wasm_bindgen(method, catch)]
    fn head(this: &Inbox, response: &JsValue) -> Result<JsHead, JsValue>;
    #[wasm_bindgen(method, js_name = remember_)]
    fn remember(this: &Inbox, response: &JsValue);
    #[wasm_bindgen(method, js_name = readRefused_)]
    fn read_refused(this: &Inbox, response: &JsValue) -> Promise;
    /// Asks the hook of this name.
    #[wasm_bindgen(method, js_name = consult_)]
    fn consult(this: &Inbox, hook: &str, response: &JsValue) -> Promise;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Inbox, response: &JsValue) -> Result<bool, JsValue>;
    #[wasm_bindgen(method, js_name = discard_)]
    fn discard(this: &Inbox, response: JsValue);
    #[wasm_bindgen(method, js_name = report_)]
    fn report(this: &Inbox, rejection: JsValue);

    /// What a response's head says.
    type JsHead;
    #[wasm_bindgen(method, getter)]
    fn status(this: &JsHead) -> u16;
    #[wasm_bindgen(method, getter, js_name = type)]
    fn content_type(this: &JsHead) -> String;
    #[wasm_bindgen(method, getter)]
    fn url(this: &JsHead) -> String;
    #[wasm_bindgen(method, getter)]
    fn wait(this: &JsHead) -> u32;
}

struct FetchAttempt {
    source: Rc<Source>,
    generation: Generation,
    inbox: Inbox,
    signal: Option<AbortSignal>,
}

impl Source {
    /// Performs [`Action::Connect`] by the platform's `fetch`, or by the caller's.
    pub(super) fn fetch(&self, generation: Generation, inbox: Inbox) {
        let Some(source) = self.this.upgrade() else { return };
        // Some hosts have no such class.
        let abort = AbortController::new().ok();
        let signal = abort.as_ref().map(AbortController::signal);
        self.abort.replace(abort);
        let attempt = FetchAttempt { source, generation, inbox, signal };
        let mut road = Box::pin(async move { attempt::attempt(&attempt).await });
        // The request is sent at once, not in a microtask: who replaces the host's timers, and lets time pass, sees it behind the timer.
        if road.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
            spawn_local(road);
        }
    }

    pub(super) fn give_up_fetch(&self) {
        if let Some(abort) = self.abort.take() {
            abort.abort();
        }
    }
}

impl Attempt for FetchAttempt {
    type Request = JsValue;
    type Response = JsValue;
    type Rejection = JsValue;

    fn machine(&self) -> &RefCell<EventSource> {
        &self.source.machine
    }

    fn generation(&self) -> Generation {
        self.generation
    }

    fn handle(&self, input: Input<'_>) {
        self.source.handle(input);
    }

    async fn request(&self) -> Result<JsValue, JsValue> {
        let header = self.source.machine.borrow().last_event_id_header();
        match self.inbox.request(&header)?.dyn_into::<Promise>() {
            Ok(promise) => JsFuture::from(promise).await,
            Err(request) => Ok(request),
        }
    }

    async fn send(&self, request: JsValue) -> Result<JsValue, JsValue> {
        JsFuture::from(self.inbox.send(&request, self.signal.clone())).await
    }

    fn head(&self, response: &JsValue) -> Result<Head, JsValue> {
        let head = self.inbox.head(response)?;
        let (status, retry_after) = (head.status(), head.wait());
        Ok(Head { status, content_type: head.content_type(), url: head.url(), retry_after })
    }

    fn remember(&self, response: &JsValue) {
        self.inbox.remember(response);
    }

    async fn read_refused(&self, response: &JsValue) {
        // How it begins is told if it can be had: that it can't is no failure of the attempt's.
        let _ = JsFuture::from(self.inbox.read_refused(response)).await;
    }

    async fn consult(&self, hook: Action, response: &JsValue) -> Result<(), JsValue> {
        let name = if matches!(hook, Action::Judge(_)) { "onResponse" } else { "onUnauthorized" };
        JsFuture::from(self.inbox.consult(name, response)).await?;
        Ok(())
    }

    fn read(&self, response: &JsValue) -> Result<bool, JsValue> {
        self.inbox.read(response)
    }

    fn discard(&self, response: JsValue) {
        self.inbox.discard(response);
    }

    fn report(&self, rejection: JsValue) {
        self.inbox.report(rejection);
    }
}
