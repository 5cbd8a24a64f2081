//! `cargo xtask demo`: builds everything and serves the demo page.

use std::net::{Ipv4Addr, TcpListener};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::build;
use crate::process;
use crate::sse_server::SseServer;
use crate::workspace::Workspace;

/// Where the page is unless this port is taken.
const PORT: u16 = 8787;

/// The command.
pub fn command(workspace: &Workspace, arguments: &[String]) -> Result<()> {
    let mut port = None;
    let mut opens = true;
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--port" => {
                let value = arguments.next().context("--port wants a number")?;
                port = Some(value.parse().with_context(|| format!("--port wants a number, not {value}"))?);
            }
            "--no-open" => opens = false,
            _ => bail!("demo does not know {argument}"),
        }
    }
    build::run(workspace)?;
    let server = SseServer::start(workspace, port.unwrap_or_else(usual_port_or_any))?;
    println!("\n  The demo is at  {}/\n  Ctrl-C ends it.\n", server.origin);
    if opens {
        open(&server.origin);
    }
    server.wait()
}

fn usual_port_or_any() -> u16 {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, PORT)) {
        Ok(_) => PORT,
        Err(_) => 0,
    }
}

/// Shows the page where there is a desktop; a failure is no matter, the address has been printed.
fn open(address: &str) {
    let has_display = ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| std::env::var_os(name).is_some());
    let opener = match std::env::consts::OS {
        "macos" => "open",
        "windows" => "explorer",
        _ if has_display && process::on_path("xdg-open").is_some() => "xdg-open",
        _ => return,
    };
    let _ = Command::new(opener).arg(address).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
}
