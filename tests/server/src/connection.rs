//! One TCP connection: accepted here, driven by hyper, and open to the wishes of whoever writes the response.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinSet,
    time::sleep,
};

use crate::{app::App, queues};

/// What a response may know and want of the connection that carries it.
#[derive(Clone, Debug)]
pub(crate) struct Connection {
    flushes: Arc<watch::Sender<()>>,
    reset: Arc<AtomicBool>,
    /// Our address and the client's.
    ends: Option<[SocketAddr; 2]>,
}

impl Connection {
    fn new(stream: &TcpStream) -> Self {
        let ends = stream.local_addr().ok().zip(stream.peer_addr().ok()).map(|(here, there)| [here, there]);
        Self { flushes: Arc::new(watch::Sender::new(())), reset: Arc::default(), ends }
    }

    /// Resolves when the client has read what was sent.
    pub(crate) async fn read_by_client(&self) {
        if let Some([here, there]) = self.ends {
            queues::read_by(here, there).await;
        }
    }

    /// Resolves when everything handed to hyper so far is in the kernel: hyper flushes the socket only then.
    pub(crate) async fn flushed(&self) {
        let _ = self.flushes.subscribe().changed().await;
    }

    /// Makes the end of this connection an RST instead of a FIN.
    pub(crate) fn reset_when_closed(&self) {
        self.reset.store(true, Ordering::Relaxed);
    }
}

/// The socket as hyper sees it.
struct Socket {
    stream: TcpStream,
    connection: Connection,
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.connection.reset.load(Ordering::Relaxed) {
            let _ = SockRef::from(&self.stream).set_linger(Some(Duration::ZERO));
        }
    }
}

impl AsyncRead for Socket {
    fn poll_read(mut self: Pin<&mut Self>, context: &mut Context, into: &mut ReadBuf) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context,
        slices: &[io::IoSlice],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        self.connection.flushes.send_replace(());
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// Serves what the listener accepts until the task is aborted, which ends its connections too.
pub(crate) async fn accept(listener: TcpListener, app: Arc<App>) {
    let mut connections = JoinSet::new();
    loop {
        let stream = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
        };
        match stream {
            Ok((stream, _)) => {
                connections.spawn(drive(stream, Arc::clone(&app)));
            }
            // Out of file descriptors, most likely: some will be free again soon.
            Err(_) => sleep(Duration::from_millis(10)).await,
        }
    }
}

async fn drive(stream: TcpStream, app: Arc<App>) {
    // Each piece must leave at once.
    let _ = stream.set_nodelay(true);
    let connection = Connection::new(&stream);
    let socket = Socket { stream, connection: connection.clone() };
    let service = service_fn(move |request| Arc::clone(&app).answer(request, connection.clone()));
    // An error is a client that left or a response that breaks on purpose.
    let _ = http1::Builder::new().header_read_timeout(None).serve_connection(TokioIo::new(socket), service).await;
}
