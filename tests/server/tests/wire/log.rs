use std::{
    thread::sleep,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::client::{Client, ask, get, origins};

#[test]
fn tells_every_request_of_a_key() {
    ask("POST", "/echo?key=told", &[("X-A", "1"), ("X-A", "2")], "ü".as_bytes());
    let preflight = [("Origin", "http://a"), ("Access-Control-Request-Method", "PUT")];
    ask("OPTIONS", "/stream?key=told", &preflight, b"");
    get("/stream?key=other");
    let log = get("/log?key=told").json();
    assert_eq!(log.as_array().map(Vec::len), Some(2));
    assert_eq!((&log[0]["method"], &log[0]["path"]), (&json!("POST"), &json!("/echo")));
    assert_eq!((&log[0]["body"], &log[0]["preflight"]), (&json!("ü"), &json!(false)));
    assert_eq!(log[0]["headers"]["x-a"], "1, 2");
    assert_eq!(log[1]["preflight"], true);
    assert!(log[0]["at_ms"].as_u64() <= log[1]["at_ms"].as_u64());
    get("/reset?key=told");
    assert_eq!(get("/log?key=told").json(), json!([]));
    assert_eq!(get("/log").status, 400);
}

fn until(key: &str, open: u64, within: Duration) {
    let start = Instant::now();
    loop {
        let seen = get(&format!("/connections?key={key}")).json()["open"].as_u64();
        if seen == Some(open) {
            return;
        }
        assert!(start.elapsed() < within, "open is {seen:?} after {:?}", start.elapsed());
        sleep(Duration::from_millis(2));
    }
}

#[test]
fn notices_a_client_that_leaves() {
    // An idle stream, one that waits between pieces, and one whose head has not been sent yet.
    let queries = ["body=abc&end=hang", "body=abc&every=1&delay=60000", "first=60000"];
    for (index, query) in queries.iter().enumerate() {
        let key = format!("leaves-{index}");
        let mut client = Client::to(&origins().0);
        client.send("POST", &format!("/stream?key={key}&{query}"), &[], b"{}");
        until(&key, 1, Duration::from_secs(5));
        sleep(Duration::from_millis(100));
        until(&key, 1, Duration::ZERO);
        drop(client);
        until(&key, 0, Duration::from_millis(100));
        assert_eq!(get(&format!("/connections?key={key}")).json(), json!({ "open": 0, "total": 1 }));
    }
}

#[test]
fn a_response_that_ended_is_not_open() {
    get("/stream?key=ends&body=abc");
    get("/stream?key=ends&body=abc&end=drop");
    get("/stream?key=ends&status=204");
    until("ends", 0, Duration::from_millis(100));
    assert_eq!(get("/connections?key=ends").json()["total"], 3);
    assert_eq!(get("/connections?key=nobody").json(), json!({ "open": 0, "total": 0 }));
}
