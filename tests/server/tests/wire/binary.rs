use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::client::Client;

#[test]
fn says_where_it_is_and_ends_with_stdin() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_sse-server"))
        .arg("--exit-with-stdin")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let ready: Value = serde_json::from_str(&line).expect("JSON");
    for name in ["origin", "second"] {
        let mut client = Client::to(ready[name].as_str().expect("an origin"));
        client.send("GET", "/stream?body=abc", &[], b"");
        assert_eq!(client.answer().text(), "abc");
    }
    drop(child.stdin.take());
    assert!(child.wait().expect("it ends").success());
}

#[test]
fn refuses_unknown_arguments() {
    let output = Command::new(env!("CARGO_BIN_EXE_sse-server")).arg("--what").output().expect("it runs");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("usage:"));
}
