//! A real HTTP/1.1 server for the tests and the demo. What a response looks like on the wire (where it is cut, how it
//! ends, what it answers next time) is chosen by the query of each request, so a test says it where it needs it.
//!
//! README.md of this crate lists the endpoints.

mod app;
mod connection;
mod cors;
mod demo;
mod echo;
mod flood;
mod log;
mod query;
mod queues;
mod redirect;
mod response;
mod resume;
mod script;
mod static_files;
mod stream;

use std::{io, net::Ipv4Addr, path::PathBuf, sync::Arc};

use tokio::{net::TcpListener, task::JoinHandle};

use app::App;

/// What the server serves, and where.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Port of the first origin; 0 takes a free one.
    pub port: u16,
    /// Port of the second origin; 0 takes a free one.
    pub second_port: u16,
    /// The folder served at `/`.
    pub www: Option<PathBuf>,
    /// The folder served at `/pkg/`.
    pub pkg: Option<PathBuf>,
    /// More folders: the path prefix (`/name`) and the folder served below it.
    pub mounts: Vec<(String, PathBuf)>,
}

/// A running server. Dropping it closes both origins and every connection.
#[derive(Debug)]
pub struct Running {
    /// The first origin, such as `http://127.0.0.1:8080`.
    pub origin: String,
    /// The second origin: the same application on another port.
    pub second: String,
    tasks: [JoinHandle<()>; 2],
}

impl Running {
    /// Waits for as long as the server runs.
    pub async fn wait(mut self) {
        for task in &mut self.tasks {
            let _ = task.await;
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

/// Binds both origins on 127.0.0.1 and serves them from tasks of the current Tokio runtime.
///
/// # Errors
/// When a port cannot be bound.
pub async fn serve(config: Config) -> io::Result<Running> {
    let first = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port)).await?;
    let second = TcpListener::bind((Ipv4Addr::LOCALHOST, config.second_port)).await?;
    let origin = |listener: &TcpListener| listener.local_addr().map(|address| format!("http://{address}"));
    let origins = (origin(&first)?, origin(&second)?);
    let app = Arc::new(App::new(config));
    let tasks = [first, second].map(|listener| tokio::spawn(connection::accept(listener, Arc::clone(&app))));
    Ok(Running { origin: origins.0, second: origins.1, tasks })
}
