//! A fetch whose body goes through the event stream, chunk by chunk.

use eventsource_wasm::event_source::is_event_stream;
use eventsource_wasm::event_stream::{EventStream, Item};
use js_sys::{JSON, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsError, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, ReadableStreamDefaultReader, RequestInit, Response};

/// A piece of the answer.
pub struct Token {
    pub text: String,
    /// Where another request would go on.
    pub last_event_id: String,
}

/// Sends the message, and hands out the tokens of the answer as they come.
pub async fn ask(message: &str, signal: &AbortSignal, on_token: impl Fn(Token)) -> Result<(), JsValue> {
    let body = js_sys::Object::new();
    Reflect::set(&body, &"message".into(), &message.into())?;
    let headers = Headers::new()?;
    headers.set("Content-Type", "application/json")?;
    headers.set("Accept", "text/event-stream")?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JSON::stringify(&body)?.into());
    init.set_signal(Some(signal));

    let window = web_sys::window().ok_or_else(|| JsError::new("there is no window"))?;
    let response: Response = JsFuture::from(window.fetch_with_str_and_init("/demo/chat", &init)).await?.dyn_into()?;
    let content_type = response.headers().get("Content-Type")?.unwrap_or_default();
    if response.status() != 200 || !is_event_stream(&content_type) {
        return Err(JsError::new(&format!("status {}, Content-Type {content_type:?}", response.status())).into());
    }
    let body = response.body().ok_or_else(|| JsError::new("there is no body"))?;
    let reader: ReadableStreamDefaultReader = body.get_reader().dyn_into()?;

    let mut stream = EventStream::default();
    loop {
        let step = JsFuture::from(reader.read()).await?;
        if Reflect::get(&step, &"done".into())?.is_truthy() {
            return Ok(());
        }
        let chunk: Uint8Array = Reflect::get(&step, &"value".into())?.dyn_into()?;
        // Straight into the stream's buffer.
        chunk.copy_to(stream.room(chunk.length() as usize));
        let result = stream.filled(chunk.length() as usize);
        for item in stream.items() {
            if let Item::Event { event_type: "token", data, last_event_id } = item {
                let text = Reflect::get(&JSON::parse(data)?, &"text".into())?;
                let text = text.as_string().unwrap_or_default();
                on_token(Token { text, last_event_id: last_event_id.to_owned() });
            }
        }
        result.map_err(JsError::from)?;
    }
}

/// What an error of JavaScript says.
pub fn sentence(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| format!("{error:?}"), |error| error.message().into())
}
