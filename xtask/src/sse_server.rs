//! The SSE server of tests/server, as a child that ends when we do.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::process;
use crate::workspace::Workspace;

/// A running server; dropping it ends it.
pub struct SseServer {
    child: Child,
    /// Its address.
    pub origin: String,
    /// The same application on another origin.
    pub second: String,
}

/// Compiles the server.
pub fn build(workspace: &Workspace) -> Result<PathBuf> {
    process::run(workspace.cargo().args(["build", "--quiet", "--package", "sse-server", "--bin", "sse-server"]))?;
    Ok(workspace.target.join("debug").join(format!("sse-server{}", std::env::consts::EXE_SUFFIX)))
}

impl SseServer {
    /// Starts it with www/ and pkg/; port 0 is any free one.
    pub fn start(workspace: &Workspace, port: u16) -> Result<Self> {
        let program = build(workspace)?;
        let mut command = process::command(program, &workspace.root);
        command
            .args([
                "--exit-with-stdin",
                "--www",
                "www",
                "--pkg",
                "pkg",
                "--mount",
                "/tests=tests",
                "--port",
                &port.to_string(),
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let line = process::command_line(&command);
        let mut child = command.spawn().with_context(|| format!("could not be started: {line}"))?;
        let mut output = BufReader::new(child.stdout.take().context("no stdout")?);
        let mut server = Self { child, origin: String::new(), second: String::new() };
        let mut ready = String::new();
        output.read_line(&mut ready)?;
        let ready: Value =
            serde_json::from_str(&ready).with_context(|| format!("said {ready:?} instead of its addresses: {line}"))?;
        for (key, address) in [("origin", &mut server.origin), ("second", &mut server.second)] {
            *address = ready[key].as_str().with_context(|| format!("named no {key}: {line}"))?.to_owned();
        }
        thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| eprintln!("sse-server: {line}")));
        Ok(server)
    }

    /// Waits until it ends by itself.
    pub fn wait(mut self) -> Result<()> {
        // `Child::wait` would close its stdin, which tells it to end.
        loop {
            if let Some(status) = self.child.try_wait()? {
                anyhow::bail!("the server ended ({status})");
            }
            thread::sleep(Duration::from_millis(200));
        }
    }
}

impl Drop for SseServer {
    fn drop(&mut self) {
        drop(self.child.stdin.take());
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(2) {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
