//! An HTTP client that shows what other clients hide: the chunks as they were cut, and how the connection ended.

use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    sync::{
        OnceLock,
        mpsc::{Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use sse_server::Config;

/// How a response ended.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Ended {
    /// With the last chunk, or after its length.
    Properly,
    /// With a FIN before that.
    Dropped,
    /// With an RST.
    Reset,
}

/// A response that was read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    /// The chunks, or the whole body where it was not chunked.
    pub chunks: Vec<Vec<u8>>,
    /// When each chunk had arrived.
    pub times: Vec<Instant>,
    pub ended: Ended,
}

impl Answer {
    pub fn body(&self) -> Vec<u8> {
        self.chunks.concat()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body()).expect("the body is UTF-8")
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body()).expect("the body is JSON")
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|header| header.0 == name).map(|header| header.1.as_str())
    }

    /// The events of the body as their raw blocks; what no blank line ends is left out.
    pub fn blocks(&self) -> Vec<String> {
        let text = String::from_utf8_lossy(&self.body()).into_owned();
        let mut blocks: Vec<String> = text.split("\n\n").map(str::to_owned).collect();
        blocks.pop();
        blocks
    }
}

/// The origins of a server that runs for as long as the tests do.
pub fn origins() -> (String, String) {
    static ORIGINS: OnceLock<(String, String)> = OnceLock::new();
    let start =
        || serving(Config { www: Some(concat!(env!("CARGO_MANIFEST_DIR"), "/src").into()), ..Config::default() });
    ORIGINS.get_or_init(start).clone()
}

/// Starts a server on a thread of its own.
pub fn serving(config: Config) -> (String, String) {
    let (sender, receiver) = channel();
    thread::spawn(move || run(config, &sender));
    receiver.recv().expect("the server starts")
}

fn run(config: Config, origins: &Sender<(String, String)>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let running = sse_server::serve(config).await.expect("ports are free");
        let _ = origins.send((running.origin.clone(), running.second.clone()));
        running.wait().await;
    });
}

/// A connection to an origin.
pub struct Client(TcpStream);

impl Client {
    pub fn to(origin: &str) -> Self {
        let stream = TcpStream::connect(origin.trim_start_matches("http://")).expect("the server accepts");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a timeout can be set");
        Self(stream)
    }

    pub fn send(&mut self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) {
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: test\r\nContent-Length: {}\r\n", body.len());
        for (name, value) in headers {
            request += &format!("{name}: {value}\r\n");
        }
        request += "\r\n";
        self.0.write_all(&[request.as_bytes(), body].concat()).expect("the request is sent");
    }

    /// Reads one response.
    pub fn answer(&mut self) -> Answer {
        let mut wire = Wire { stream: &mut self.0, buffer: Vec::new(), ended: None };
        let mut lines = Vec::new();
        loop {
            let line = String::from_utf8(wire.line().expect("a whole head")).expect("an ASCII head");
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        let status = lines.remove(0)[9..12].parse().expect("a status");
        let split = |line: &String| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned()));
        let headers = lines.iter().filter_map(split).collect();
        let mut answer = Answer { status, headers, chunks: Vec::new(), times: Vec::new(), ended: Ended::Properly };
        if answer.header("transfer-encoding") == Some("chunked") {
            loop {
                let size = wire.line().map(|line| String::from_utf8(line).expect("a chunk size"));
                let size = size.map(|size| usize::from_str_radix(&size, 16).expect("a chunk size"));
                let chunk = size.and_then(|size| wire.exactly(size + 2).map(|chunk| chunk[..size].to_vec()));
                let Some(chunk) = chunk else {
                    answer.ended = wire.ended.expect("an end");
                    return answer;
                };
                if chunk.is_empty() {
                    return answer;
                }
                answer.chunks.push(chunk);
                answer.times.push(Instant::now());
            }
        }
        let length = answer.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        match wire.exactly(length) {
            Some(body) => answer.chunks.push(body),
            None => answer.ended = wire.ended.expect("an end"),
        }
        answer
    }

    /// How the connection ends when nothing more is to come.
    pub fn end(&mut self) -> Ended {
        let mut wire = Wire { stream: &mut self.0, buffer: Vec::new(), ended: None };
        assert_eq!(wire.exactly(1), None);
        wire.ended.expect("an end")
    }
}

struct Wire<'a> {
    stream: &'a mut TcpStream,
    buffer: Vec<u8>,
    ended: Option<Ended>,
}

impl Wire<'_> {
    fn more(&mut self) -> Option<()> {
        let mut bytes = [0; 16 * 1024];
        match self.stream.read(&mut bytes) {
            Ok(0) => self.ended = Some(Ended::Dropped),
            Ok(length) => {
                self.buffer.extend_from_slice(&bytes[..length]);
                return Some(());
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => self.ended = Some(Ended::Reset),
            Err(error) => panic!("{error}"),
        }
        None
    }

    fn exactly(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.buffer.len() < length {
            self.more()?;
        }
        Some(self.buffer.drain(..length).collect())
    }

    fn line(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.exactly(at + 2)?;
                return Some(line[..at].to_vec());
            }
            self.more()?;
        }
    }
}

/// One request on a connection of its own.
pub fn ask(method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let mut client = Client::to(&origins().0);
    client.send(method, path, headers, body);
    client.answer()
}

pub fn get(path: &str) -> Answer {
    ask("GET", path, &[], b"")
}
