use std::time::{Duration, Instant};

use crate::client::{Client, Ended, ask, get, origins};

#[test]
fn cuts_where_it_is_told() {
    let answer = get("/stream?body=data%3A%20%F0%9F%98%80%0A%0A&cut=1,7,9");
    assert_eq!(answer.chunks, [&b"d"[..], b"ata: \xF0", b"\x9F\x98", b"\x80\n\n"]);
    assert_eq!((answer.status, answer.ended), (200, Ended::Properly));
    assert_eq!(answer.header("content-type"), Some("text/event-stream"));
}

#[test]
fn cuts_every_so_many_bytes_of_a_repeated_body() {
    let answer = get("/stream?body=abcde&repeat=3&every=4&cut=5");
    assert_eq!(answer.chunks, [&b"abcd"[..], b"e", b"abc", b"deab", b"cde"]);
    assert_eq!(get("/stream?body=ab&repeat=200000").body().len(), 400_000);
}

#[test]
fn sends_no_body_where_http_allows_none() {
    for status in [204, 205, 304] {
        let mut client = Client::to(&origins().0);
        client.send("GET", &format!("/stream?status={status}&body=abc"), &[], b"");
        let answer = client.answer();
        assert_eq!((answer.status, answer.body().len(), answer.ended), (status, 0, Ended::Properly));
        // Nothing is left on the connection that would be taken for the next response.
        client.send("GET", "/stream?status=400&body=abc", &[], b"");
        let answer = client.answer();
        assert_eq!((answer.status, answer.text().as_str()), (400, "abc"));
    }
}

#[test]
fn sends_any_bytes() {
    let query: String = (0..=255).map(|byte| format!("%{byte:02X}")).collect();
    assert_eq!(get(&format!("/stream?body={query}")).body(), (0..=255).collect::<Vec<u8>>());
    assert_eq!(get("/stream?body=a+b%2Bc").text(), "a b+c");
    let answer = ask("POST", "/stream?from=request&every=2", &[], b"\xFFabc");
    assert_eq!(answer.chunks, [b"\xFFa", b"bc"]);
}

#[test]
fn ends_in_four_ways() {
    assert_eq!(get("/stream?body=abc&end=close").ended, Ended::Properly);
    for (end, ended) in [("drop", Ended::Dropped), ("reset", Ended::Reset)] {
        let answer = get(&format!("/stream?body=abc&every=1&end={end}"));
        assert_eq!((answer.text().as_str(), answer.ended), ("abc", ended));
        let answer = get(&format!("/stream?end={end}"));
        assert_eq!((answer.status, answer.ended), (200, ended));
        let mut client = Client::to(&origins().0);
        client.send("GET", &format!("/stream?status=0&end={end}"), &[], b"");
        assert_eq!(client.end(), ended);
    }
    let mut client = Client::to(&origins().0);
    client.send("GET", "/stream?body=abc&end=hang&key=hangs", &[], b"");
    std::thread::sleep(Duration::from_millis(200));
    assert_eq!(get("/connections?key=hangs").json()["open"], 1);
}

#[test]
fn a_large_body_arrives_whole_before_the_connection_breaks() {
    for end in ["drop", "reset"] {
        let answer = ask("POST", &format!("/stream?from=request&end={end}"), &[], &vec![b'x'; 3_000_000]);
        assert_eq!(answer.body().len(), 3_000_000);
    }
}

#[test]
fn waits_before_the_head_and_between_the_pieces() {
    let start = Instant::now();
    let answer = get("/stream?body=abc&every=1&delay=60&first=100");
    assert!(answer.times[0] - start >= Duration::from_millis(100));
    for pair in answer.times.windows(2) {
        assert!(pair[1] - pair[0] >= Duration::from_millis(40), "{:?}", pair[1] - pair[0]);
    }
}

#[test]
fn a_connection_that_ended_properly_serves_again() {
    let mut client = Client::to(&origins().0);
    for _ in 0..3 {
        client.send("GET", "/stream?body=abc", &[], b"");
        assert_eq!(client.answer().text(), "abc");
    }
}

#[test]
fn status_type_and_headers_are_free() {
    let answer = get("/stream?status=503&type=text/html;charset=x&header=X-One:1&header=x-two:%20%3A2&body=no");
    assert_eq!((answer.status, answer.text().as_str()), (503, "no"));
    assert_eq!(answer.header("content-type"), Some("text/html;charset=x"));
    assert_eq!((answer.header("x-one"), answer.header("x-two")), (Some("1"), Some(":2")));
    assert_eq!(get("/stream?type=").header("content-type"), None);
    assert_eq!(get("/stream?status=204").status, 204);
}

#[test]
fn a_senseless_query_is_refused() {
    for query in ["end=never", "cut=x", "delay=-1", "status=100", "status=1000", "header=none", "cors=all"] {
        let answer = get(&format!("/stream?{query}"));
        assert_eq!(answer.status, 400, "{query}");
        assert!(answer.text().contains(query.split('=').next().unwrap_or_default()), "{}", answer.text());
    }
}

#[test]
fn echo_tells_the_request() {
    let headers = [("X-Name", "wert"), ("Last-Event-ID", "é")];
    let answer = ask("PATCH", "/echo?a=%20b", &headers, b"h\xFF");
    let text = answer.text();
    let data = text.strip_prefix("data: ").and_then(|text| text.strip_suffix("\n\n")).expect("one event");
    let told: serde_json::Value = serde_json::from_str(data).expect("JSON");
    assert_eq!((&told["method"], &told["url"]), (&"PATCH".into(), &"/echo?a=%20b".into()));
    assert_eq!((&told["body"], &told["bodyBase64"]), (&"h\u{FFFD}".into(), &"aP8=".into()));
    assert_eq!(told["headers"]["x-name"], "wert");
    assert_eq!(told["headers"]["last-event-id"], "Ã©");
    assert_eq!(get("/echo?end=drop").ended, Ended::Dropped);
}

#[test]
fn redirects() {
    let answer = get("/redirect?status=307&to=http%3A%2F%2Fother%2F%3Fa%3Db");
    assert_eq!((answer.status, answer.header("location")), (307, Some("http://other/?a=b")));
    assert_eq!(get("/redirect?to=/x").status, 302);
    assert_eq!(get("/redirect").header("location"), None);
    assert_eq!(get("/redirect?status=200").status, 400);
}

#[test]
fn floods() {
    let answer = get("/flood?events=1000&size=100&chunk=1400");
    assert_eq!(answer.blocks(), vec![format!("data: {}", "x".repeat(100)); 1000]);
    assert!(answer.chunks.iter().rev().skip(1).all(|chunk| chunk.len() == 1400));
    assert_eq!(answer.ended, Ended::Properly);
}
