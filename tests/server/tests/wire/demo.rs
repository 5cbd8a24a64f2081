use serde_json::Value;

use crate::client::{Answer, Client, Ended, ask, get, origins};

/// The text of the tokens and the id of the last one.
fn said(answer: &Answer) -> (String, String) {
    let (mut text, mut last) = (String::new(), String::new());
    for block in answer.blocks() {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        if field("event: ") == "token" {
            let data: Value = serde_json::from_str(field("data: ")).expect("JSON");
            let token = data["text"].as_str().expect("text");
            assert!((1..=4).contains(&token.chars().count()));
            text += token;
            last = field("id: ").to_owned();
        }
    }
    (text, last)
}

const MESSAGE: &[u8] = "{\"message\":\"你好\"}".as_bytes();

#[test]
fn the_chat_resumes_where_it_was_broken() {
    let path = "/demo/chat?client=chat&slowest=0";
    let whole = ask("POST", path, &[], MESSAGE);
    assert_eq!(whole.ended, Ended::Properly);
    assert!(whole.chunks.iter().any(|chunk| std::str::from_utf8(chunk).is_err()), "no cut within a character");
    let (text, _) = said(&whole);
    assert!(text.starts_with("你说：「你好」") && text.chars().count() > 1500);
    let done = whole.blocks().pop().unwrap_or_default();
    assert!(done.contains("event: done\ndata: {"), "{done}");

    let mut client = Client::to(&origins().0);
    client.send("POST", "/demo/chat?client=chat", &[], MESSAGE);
    std::thread::sleep(std::time::Duration::from_millis(500));
    assert_eq!(ask("POST", "/demo/break?client=chat", &[], b"").json()["broken"], 1);
    let broken = client.answer();
    assert_eq!(broken.ended, Ended::Reset);
    let (before, last) = said(&broken);
    assert!(!before.is_empty());
    let (after, _) = said(&ask("POST", path, &[("Last-Event-ID", &last)], MESSAGE));
    assert_eq!(before + &after, text);
    let done_id = done.lines().next().and_then(|line| line.strip_prefix("id: ")).unwrap_or_default().to_owned();
    assert_eq!(ask("POST", path, &[("Last-Event-ID", &done_id)], MESSAGE).status, 204);
}

#[test]
fn the_chat_refuses_what_it_cannot_read() {
    assert_eq!(get("/demo/chat").status, 405);
    assert_eq!(ask("POST", "/demo/chat", &[], b"hello").status, 400);
    assert_eq!(ask("POST", "/demo/chat", &[], b"{}").status, 400);
}

#[test]
fn the_clock_ticks_on_after_a_break_and_a_pause() {
    let mut client = Client::to(&origins().0);
    client.send("GET", "/demo/ticks?client=clock", &[("Last-Event-ID", "6")], b"");
    std::thread::sleep(std::time::Duration::from_millis(1300));
    // Nobody else's connections.
    assert_eq!(get("/demo/break?client=stranger").json()["broken"], 0);
    assert_eq!(get("/demo/pause?client=clock&ms=60000").json()["ms"], 60000);
    std::thread::sleep(std::time::Duration::from_millis(1200));
    assert_eq!(get("/demo/break?client=clock").json()["broken"], 1);
    let answer = client.answer();
    assert_eq!(answer.ended, Ended::Reset);
    let blocks = answer.blocks();
    assert!(blocks[0].ends_with("retry: 2000"));
    assert!(blocks[1].starts_with("id: 7\nevent: tick\ndata: {"));
    assert!(blocks[2].starts_with("id: 8\ndata: It is "));
    assert_eq!(blocks.len(), 3);
    assert_eq!(get("/demo/nothing").status, 404);
}
