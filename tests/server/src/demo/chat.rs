//! `/demo/chat`: a long answer, token by token, whose bytes are cut anywhere.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use fastrand::Rng;
use futures_core::Stream;
use hyper::{Method, Response, StatusCode};
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{Client, breakable};
use crate::{
    app::Call,
    response::{Body, Failure, no_content, text},
};

const ANSWER: &str = include_str!("chat_answer.txt");

/// What is quoted of the question, at most.
const QUOTED: usize = 200;

/// Answers a question; a client that comes back gets what follows its last event ID.
pub(super) fn respond(call: Call, client: Arc<Client>) -> Result<Response<Body>, Failure> {
    if call.head.method != Method::POST {
        return Ok(text(StatusCode::METHOD_NOT_ALLOWED, "the chat wants POST"));
    }
    let question = serde_json::from_slice::<Value>(&call.body)
        .map_err(|error| Failure::BadRequest(format!("the chat wants JSON: {error}")))?;
    let Some(message) = question.get("message").and_then(Value::as_str) else {
        return Err(Failure::BadRequest("the chat wants { \"message\": … }".to_owned()));
    };
    let slowest = call.query.number("slowest")?.unwrap_or(40);
    let sent = usize::try_from(call.last_event_id()).unwrap_or(usize::MAX);
    let answer = answer(message);
    let tokens = tokens(&answer);
    if sent > tokens.len() {
        return Ok(no_content());
    }
    let mut bytes = b"retry: 1000\n\n".to_vec();
    for (index, token) in tokens.iter().enumerate().skip(sent) {
        let data = json!({ "text": token });
        bytes.extend_from_slice(format!("id: {}\nevent: token\ndata: {data}\n\n", index + 1).as_bytes());
    }
    let done = json!({ "tokens": tokens.len(), "characters": answer.chars().count() });
    bytes.extend_from_slice(format!("id: {}\nevent: done\ndata: {done}\n\n", tokens.len() + 1).as_bytes());
    Ok(breakable(pieces(bytes.into(), slowest), client, call.connection))
}

fn answer(message: &str) -> String {
    let message = message.trim();
    let mut quoted: String = message.chars().take(QUOTED).collect();
    if quoted.len() < message.len() {
        quoted.push('…');
    }
    match quoted.as_str() {
        "" => ANSWER.trim_end().to_owned(),
        _ => format!("你说：「{quoted}」\n\n{}", ANSWER.trim_end()),
    }
}

/// Cuts a text into tokens of 1 to 4 characters, the same each time, so that an ID names the same token after a break.
fn tokens(text: &str) -> Vec<String> {
    let mut random = Rng::with_seed(7);
    let mut characters = text.chars();
    let mut tokens = Vec::new();
    loop {
        let token: String = characters.by_ref().take(random.usize(1..=4)).collect();
        if token.is_empty() {
            return tokens;
        }
        tokens.push(token);
    }
}

/// Cuts the bytes anywhere, also within a character, and waits 5 ms to the slowest delay before each piece.
fn pieces(mut bytes: Bytes, slowest: u64) -> impl Stream<Item = Bytes> + Send {
    async_stream::stream! {
        let mut random = Rng::new();
        while !bytes.is_empty() {
            if slowest > 0 {
                sleep(Duration::from_millis(random.u64(slowest.min(5)..=slowest))).await;
            }
            let length = random.usize(1..=64).min(bytes.len());
            yield bytes.split_to(length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_make_up_the_answer() {
        let answer = answer("你好");
        let tokens = tokens(&answer);
        assert!(tokens.iter().all(|token| (1..=4).contains(&token.chars().count())));
        assert_eq!(tokens.concat(), answer);
    }

    #[test]
    fn the_answer_is_long_and_not_ascii() {
        assert!(ANSWER.chars().count() >= 1500);
        assert!(ANSWER.contains('\u{200D}'));
        assert!(ANSWER.chars().any(|character| character.len_utf8() == 4));
    }
}
