//! A page in Yew that shows the answer of `/demo/chat` (POST, with a header) while it arrives.

mod answer;

use answer::{Token, ask};
use wasm_bindgen_futures::spawn_local;
use web_sys::{AbortController, HtmlInputElement};
use yew::prelude::*;

struct Chat {
    input: NodeRef,
    answer: String,
    last_event_id: String,
    error: Option<String>,
    /// Of the answer that is on its way.
    request: Option<AbortController>,
}

enum Message {
    Ask,
    Token(Token),
    Over(Result<(), String>),
}

impl Component for Chat {
    type Message = Message;
    type Properties = ();

    fn create(_: &Context<Self>) -> Self {
        Self {
            input: NodeRef::default(),
            answer: String::new(),
            last_event_id: String::new(),
            error: None,
            request: None,
        }
    }

    fn update(&mut self, context: &Context<Self>, message: Message) -> bool {
        match message {
            Message::Ask => {
                let (Some(input), Ok(controller)) = (self.input.cast::<HtmlInputElement>(), AbortController::new())
                else {
                    return false;
                };
                self.answer.clear();
                self.error = None;
                let (message, signal) = (input.value(), controller.signal());
                self.request = Some(controller);
                let link = context.link().clone();
                spawn_local(async move {
                    let on_token = |token| link.send_message(Message::Token(token));
                    let result = ask(&message, &signal, on_token).await;
                    link.send_message(Message::Over(result.map_err(|error| answer::sentence(&error))));
                });
            }
            Message::Token(token) => {
                self.answer.push_str(&token.text);
                self.last_event_id = token.last_event_id;
            }
            Message::Over(result) => {
                self.request = None;
                self.error = result.err();
            }
        }
        true
    }

    fn view(&self, context: &Context<Self>) -> Html {
        let is_busy = self.request.is_some();
        html! {
            <>
                <input ref={self.input.clone()} defaultvalue="你好" />
                <button onclick={context.link().callback(|_| Message::Ask)} disabled={is_busy}>{ "Ask" }</button>
                <p id="answer">{ &self.answer }</p>
                <p id="last-event-id">{ &self.last_event_id }</p>
                <p id="state">{ if is_busy { "…" } else { self.error.as_deref().unwrap_or("ready") } }</p>
            </>
        }
    }

    /// A request that nobody waits for any more is given up.
    fn destroy(&mut self, _: &Context<Self>) {
        if let Some(request) = self.request.take() {
            request.abort();
        }
    }
}

fn main() {
    yew::Renderer::<Chat>::new().render();
}
