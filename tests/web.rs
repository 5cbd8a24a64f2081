//! `web::EventSource` in a browser, against the real server: `cargo xtask test rust-web` runs it in Chromium.

#![cfg(all(target_arch = "wasm32", feature = "web", not(feature = "js")))]

use core::time::Duration;
use eventsource_wasm::event_source::{ErrorKind, Policy, ReadyState, Reconnect};
use eventsource_wasm::event_stream::Limits;
use eventsource_wasm::web::{Error, Event, EventSource};
use futures_util::StreamExt;
use futures_util::future::{Either, select};
use js_sys::{Promise, Reflect};
use serde_json::{Value, json};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    fn set_timeout(callback: &js_sys::Function, milliseconds: u32);
    #[wasm_bindgen(js_name = fetch)]
    fn fetch_text(url: &str) -> Promise;
}

/// A URL of the server; `cargo xtask test rust-web` says where that is.
fn at(path: &str) -> String {
    format!("{}{path}", option_env!("SSE_SERVER").expect("SSE_SERVER is the origin of a running sse-server"))
}

async fn sleep(milliseconds: u32) {
    let promise = Promise::new(&mut |resolve, _| set_timeout(&resolve, milliseconds));
    JsFuture::from(promise).await.expect("a timer that goes off");
}

async fn json_of(path: &str) -> Value {
    let response = JsFuture::from(fetch_text(&at(path))).await.expect("a response");
    let response: web_sys::Response = response.unchecked_into();
    let text = JsFuture::from(response.text().expect("a body")).await.expect("a text");
    serde_json::from_str(&text.as_string().expect("a string")).expect("JSON")
}

/// What the source says until it ends; fails where that takes too long.
async fn all_of(source: EventSource) -> (Vec<Event>, Option<Error>) {
    let collect = Box::pin(async {
        let (mut events, mut error) = (Vec::new(), None);
        let mut source = source;
        while let Some(event) = source.next().await {
            match event {
                Ok(event) => events.push(event),
                Err(last) => error = Some(last),
            }
        }
        (events, error)
    });
    match select(collect, Box::pin(sleep(10_000))).await {
        Either::Left((all, _)) => all,
        Either::Right(_) => panic!("the source has not ended"),
    }
}

fn data_of(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.data.as_str()).collect()
}

#[wasm_bindgen_test]
async fn a_post_with_headers_and_json_is_sent_once_and_ends_with_its_stream() {
    let source = EventSource::post(&at("/echo?key=web-post"))
        .header("authorization", "Bearer token")
        .json(&json!({ "message": "你好", "numbers": [1, 2.5] }))
        .and_then(|builder| builder.open())
        .expect("a source");
    let (events, error) = all_of(source).await;
    assert_eq!(error, None);
    let [event] = &events[..] else { panic!("{events:?}") };
    assert_eq!((event.event_type.as_str(), event.last_event_id.as_str()), ("message", ""));
    assert_eq!(&*event.origin, option_env!("SSE_SERVER").unwrap());
    let echo: Value = serde_json::from_str(&event.data).unwrap();
    assert_eq!(echo["method"], "POST");
    assert_eq!(echo["headers"]["authorization"], "Bearer token");
    assert_eq!(echo["headers"]["accept"], "text/event-stream");
    assert_eq!(echo["headers"]["content-type"], "application/json");
    let body: Value = serde_json::from_str(echo["body"].as_str().unwrap()).unwrap();
    assert_eq!(body, json!({ "message": "你好", "numbers": [1, 2.5] }));
}

#[wasm_bindgen_test]
async fn a_get_resumes_where_it_broke_until_the_server_asks_to_stop() {
    let source =
        EventSource::get(&at("/resume?total=7&per=3&retry=20&text=你好&key=web-resume")).open().expect("a source");
    let (events, error) = all_of(source).await;
    let expected: Vec<String> = (1..=7).map(|id| format!("{id} 你好")).collect();
    assert_eq!(data_of(&events), expected);
    assert_eq!(events.last().map(|event| event.last_event_id.as_str()), Some("7"));
    assert!(matches!(error, Some(Error::Connection(error)) if error.kind == ErrorKind::Status(204)));
    let log = json_of("/log?key=web-resume").await;
    let sent: Vec<_> = log.as_array().unwrap().iter().filter(|one| one["preflight"] == false).collect();
    let ids: Vec<_> = sent.iter().map(|one| one["headers"]["last-event-id"].as_str()).collect();
    assert_eq!(ids, [None, Some("3"), Some("6"), Some("7")]);
}

#[wasm_bindgen_test]
async fn what_is_dropped_is_given_up() {
    let mut source = EventSource::get(&at("/stream?body=data:x%0a%0a&end=hang&key=web-drop")).open().expect("a source");
    assert_eq!(source.ready_state(), ReadyState::Connecting);
    let event = source.next().await.expect("an event").expect("no error");
    assert_eq!(event.data, "x");
    assert_eq!(source.ready_state(), ReadyState::Open);
    assert_eq!(json_of("/connections?key=web-drop").await["open"], 1);
    drop(source);
    for _ in 0..100 {
        if json_of("/connections?key=web-drop").await["open"] == 0 {
            return;
        }
        sleep(20).await;
    }
    panic!("the connection is still open");
}

#[wasm_bindgen_test]
async fn close_ends_the_stream_and_what_has_come_is_still_there() {
    let mut source = EventSource::get(&at("/stream?body=data:1%0a%0adata:2%0a%0a&end=hang")).open().expect("a source");
    let first = source.next().await.expect("an event").expect("no error");
    source.close();
    assert_eq!(source.ready_state(), ReadyState::Closed);
    let second = source.next().await.expect("an event").expect("no error");
    assert_eq!((first.data.as_str(), second.data.as_str()), ("1", "2"));
    assert!(source.next().await.is_none());
    assert!(source.next().await.is_none());
}

#[wasm_bindgen_test]
async fn a_refusal_is_the_last_word_and_says_what_answered() {
    let source =
        EventSource::post(&at("/stream?body={}&type=application/json")).body("hello").open().expect("a source");
    let (events, error) = all_of(source).await;
    assert!(events.is_empty());
    let Some(Error::Connection(error)) = error else { panic!("{error:?}") };
    assert_eq!(error.kind, ErrorKind::ContentType);
    assert!(error.message.contains("/stream?"), "{error}");
    assert!(error.message.contains("application/json"), "{error}");
}

#[wasm_bindgen_test]
async fn a_failure_that_another_attempt_follows_is_no_error_of_the_stream() {
    let policy = Policy { base_ms: Some(20), ..Policy::default() };
    let script = "s=body%3ddata:x%250a%250a%26end%3dreset&s=body%3ddata:y%250a%250a%26end%3dhang";
    let url = at(&format!("/script?key=web-retry&{script}"));
    let mut source = EventSource::get(&url).policy(policy).open().expect("a source");
    for expected in ["x", "y"] {
        let event = source.next().await.expect("an event").expect("no error");
        assert_eq!(event.data, expected);
    }
    assert_eq!(source.last_failure().map(|error| (error.kind, error.attempt)), Some((ErrorKind::Broken, 1)));
}

#[wasm_bindgen_test]
async fn limits_and_timeouts_fail_what_is_not_to_be_repeated() {
    let limits = Limits { line: 100, ..Limits::default() };
    let url = at(&format!("/stream?body=data:whole%0a%0adata:{}%0a%0a", "x".repeat(200)));
    let (events, error) = all_of(EventSource::get(&url).limits(limits).open().expect("a source")).await;
    assert_eq!(data_of(&events), ["whole"]);
    assert!(matches!(error, Some(Error::Connection(error)) if error.kind.name() == "LineTooLong"));

    let silent = at("/stream?body=data:x%0a%0a&end=hang");
    let builder = EventSource::get(&silent).reconnect(Reconnect::Never).idle_timeout(Duration::from_millis(100));
    let (events, error) = all_of(builder.open().expect("a source")).await;
    assert_eq!(data_of(&events), ["x"]);
    assert!(matches!(error, Some(Error::Connection(error)) if error.kind == ErrorKind::IdleTimeout(100)));

    let slow = at("/stream?first=5000");
    let builder = EventSource::get(&slow).reconnect(Reconnect::Never).open_timeout(Duration::from_millis(100));
    let (_, error) = all_of(builder.open().expect("a source")).await;
    assert!(matches!(error, Some(Error::Connection(error)) if error.kind == ErrorKind::OpenTimeout(100)));
}

#[wasm_bindgen_test]
async fn events_that_wait_hold_the_body_back_and_are_no_silence() {
    let url = at("/flood?events=2000&size=10000&chunk=10000&key=web-held");
    let mut source = EventSource::get(&url)
        .reconnect(Reconnect::Never)
        .idle_timeout(Duration::from_millis(300))
        .open()
        .expect("a source");
    let first = source.next().await.expect("an event").expect("no error");
    assert_eq!(first.data.len(), 10_000);
    // Nobody takes any: the stream is not read, and that is not the server's silence.
    sleep(1000).await;
    assert_eq!(source.ready_state(), ReadyState::Open);
    let (rest, error) = all_of(source).await;
    assert_eq!((rest.len(), error), (1999, None));
}

#[wasm_bindgen_test]
async fn reconnect_makes_another_request_at_once() {
    let mut source =
        EventSource::get(&at("/stream?body=id:7%0adata:x%0a%0a&end=hang&key=web-again")).open().expect("a source");
    source.next().await.expect("an event").expect("no error");
    source.reconnect();
    source.next().await.expect("an event").expect("no error");
    let log = json_of("/log?key=web-again").await;
    let sent: Vec<_> = log.as_array().unwrap().iter().filter(|one| one["preflight"] == false).collect();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[1]["headers"]["last-event-id"], "7");
}

#[wasm_bindgen_test]
fn bad_arguments_are_told_before_anything_is_sent() {
    let told = |result: Result<EventSource, Error>| match result {
        Err(Error::Request(what)) => what,
        other => panic!("{other:?}"),
    };
    let is_told = |result, what: &str| {
        let said = told(result);
        assert!(said.contains(what), "{said}");
    };
    is_told(EventSource::get("http://").open(), "URL");
    is_told(EventSource::get("/").header("a b", "c").open(), "name");
    is_told(EventSource::get("/").header("a", "b\nc").open(), "value");
    is_told(EventSource::get("/").body("x").open(), "body");
    is_told(EventSource::request("TRACE", "/").open(), "TRACE");
    is_told(EventSource::get("/").last_event_id("a\nb").open(), "line break");
    let error = Error::Request("why".into()).to_string();
    assert_eq!(error, "fetch does not take this request: why");
    // The page's URL is what relative ones are relative to.
    let location = Reflect::get(&js_sys::global(), &"location".into()).unwrap();
    assert!(location.is_object());
}
