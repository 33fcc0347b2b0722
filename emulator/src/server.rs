//! The socket: start, stop, and connections that are lost on purpose.

use std::{io, net::Ipv4Addr, sync::Arc};

use axum::{body::Body, response::Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};
use tower_service::Service;

use crate::{daraja::answer::Unsent, emulation::Shared, options::Options, routes};

/// Starts emulators.
#[derive(Debug)]
pub struct Emulator;

impl Emulator {
    /// Listens on 127.0.0.1 and serves until the returned value is dropped. Needs a tokio runtime.
    ///
    /// # Errors
    ///
    /// The port is taken.
    pub async fn start(options: Options) -> io::Result<RunningEmulator> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port)).await?;
        let port = listener.local_addr()?.port();
        let shared = Shared::new(options).map_err(io::Error::other)?;
        let server = tokio::spawn(serve(listener, Arc::clone(&shared)));
        Ok(RunningEmulator {
            port,
            server,
            shared,
        })
    }
}

/// An emulator that listens. Dropping it closes the port, its connections and its stories.
pub struct RunningEmulator {
    port: u16,
    server: JoinHandle<()>,
    shared: Arc<Shared>,
}

impl RunningEmulator {
    /// `http://127.0.0.1:PORT`, without a slash at the end: a Daraja client's base URL.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for RunningEmulator {
    fn drop(&mut self) {
        self.server.abort(); // with it the connections
        self.shared.abort_stories();
    }
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let router = routes::router(shared);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(connection(stream, router.clone()));
                }
                // Too many open files: those that end will free some.
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
            },
            Some(_ended) = connections.join_next() => {}
        }
    }
}

async fn connection(stream: TcpStream, router: axum::Router) {
    // A response marked `Unsent` becomes an error, upon which hyper closes the connection without writing.
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut router = router.clone();
        async move {
            let response: Response = router
                .call(request.map(Body::new))
                .await
                .unwrap_or_else(|never| match never {});
            match response.extensions().get::<Unsent>() {
                Some(_) => Err(io::Error::other("lost on purpose")),
                None => Ok(response),
            }
        }
    });
    // Its errors are the callers': they went away, or sent no HTTP.
    // Without a timer: an idle connection that is closed just as it is used again would lose an answer by chance.
    let _ended = http1::Builder::new()
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
