//! A page in Leptos that shows the answer of `/demo/chat` (POST, with a body in JSON) while it arrives.

use eventsource_wasm::web::{Error, EventSource};
use futures_util::StreamExt;
use leptos::prelude::*;
use leptos::task::spawn_local_scoped_with_cancellation;
use serde::{Deserialize, Serialize};

#[derive(Serialize)]
struct Question {
    message: String,
}

/// The data of an event `token`.
#[derive(Deserialize)]
struct Token {
    text: String,
}

/// What the page shows.
#[derive(Clone, Copy)]
struct Chat {
    answer: RwSignal<String>,
    last_event_id: RwSignal<String>,
    state: RwSignal<String>,
}

impl Chat {
    /// Sends the question, and shows the answer as it comes.
    async fn ask(self, question: Question) -> Result<(), Error> {
        let mut source = EventSource::post("/demo/chat").json(&question)?.open()?;
        while let Some(event) = source.next().await {
            let event = event?;
            if let Ok(Token { text }) = serde_json::from_str(&event.data) {
                self.answer.update(|answer| answer.push_str(&text));
            }
            self.last_event_id.set(event.last_event_id);
        }
        Ok(())
    }
}

#[component]
fn ChatPage() -> impl IntoView {
    let chat = Chat {
        answer: RwSignal::new(String::new()),
        last_event_id: RwSignal::new(String::new()),
        state: RwSignal::new("ready".to_owned()),
    };
    let message = RwSignal::new("你好".to_owned());
    let ask = move |_| {
        chat.answer.set(String::new());
        chat.state.set("…".to_owned());
        // Cancelled with the component, the future drops its source, which gives the request up.
        spawn_local_scoped_with_cancellation(async move {
            let result = chat.ask(Question { message: message.get_untracked() }).await;
            chat.state.set(result.err().map_or("ready".to_owned(), |error| error.to_string()));
        });
    };
    view! {
        <input prop:value=message on:input:target=move |event| message.set(event.target().value()) />
        <button on:click=ask disabled=move || chat.state.get() == "…">"Ask"</button>
        <p id="answer">{chat.answer}</p>
        <p id="last-event-id">{chat.last_event_id}</p>
        <p id="state">{chat.state}</p>
    }
}

fn main() {
    leptos::mount::mount_to_body(ChatPage);
}
