//! A page in Yew that shows the answer of `/demo/chat` (POST, with a body in JSON) while it arrives.

use eventsource_wasm::web::{Error, Event, EventSource};
use futures_util::StreamExt;
use futures_util::future::{AbortHandle, abortable};
use serde::{Deserialize, Serialize};
use web_sys::HtmlInputElement;
use yew::platform::spawn_local;
use yew::prelude::*;

#[derive(Serialize)]
struct Question {
    message: String,
}

/// The data of an event `token`.
#[derive(Deserialize)]
struct Token {
    text: String,
}

struct Chat {
    input: NodeRef,
    answer: String,
    last_event_id: String,
    error: Option<Error>,
    /// Of the answer that is on its way. Aborted, its future is dropped, and the source with it, which gives the request up.
    task: Option<AbortHandle>,
}

enum Message {
    Ask,
    Event(Event),
    Over(Result<(), Error>),
}

/// Sends the question, and hands out the events of the answer as they come.
async fn ask(question: Question, on_event: impl Fn(Event)) -> Result<(), Error> {
    let mut source = EventSource::post("/demo/chat").json(&question)?.open()?;
    while let Some(event) = source.next().await {
        on_event(event?);
    }
    Ok(())
}

impl Component for Chat {
    type Message = Message;
    type Properties = ();

    fn create(_: &Context<Self>) -> Self {
        let (answer, last_event_id) = (String::new(), String::new());
        Self { input: NodeRef::default(), answer, last_event_id, error: None, task: None }
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Ask => {
                let Some(input) = self.input.cast::<HtmlInputElement>() else { return false };
                self.answer.clear();
                self.error = None;
                let link = context.link().clone();
                let (task, handle) = abortable(async move {
                    let on_event = |event| link.send_message(Message::Event(event));
                    let result = ask(Question { message: input.value() }, on_event).await;
                    link.send_message(Message::Over(result));
                });
                self.task = Some(handle);
                spawn_local(async {
                    let _ = task.await;
                });
            }
            Message::Event(event) => {
                if let Ok(Token { text }) = serde_json::from_str(&event.data) {
                    self.answer.push_str(&text);
                }
                self.last_event_id = event.last_event_id;
            }
            Message::Over(result) => {
                self.task = None;
                self.error = result.err();
            }
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let is_busy = self.task.is_some();
        let state = self.error.as_ref().map_or("ready".to_owned(), Error::to_string);
        html! {
            <>
                <input ref={self.input.clone()} defaultvalue="你好" />
                <button onclick={context.link().callback(|_| Message::Ask)} disabled={is_busy}>{ "Ask" }</button>
                <p id="answer">{ &self.answer }</p>
                <p id="last-event-id">{ &self.last_event_id }</p>
                <p id="state">{ if is_busy { "…" } else { &state } }</p>
            </>
        }
    }

    fn destroy(&mut self, _: &Context<Self>) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

fn main() {
    yew::Renderer::<Chat>::new().render();
}
