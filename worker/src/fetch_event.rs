//! The fetch event: the platform's request as an [`Incoming`], and a [`Reply`] as the platform's response. `lib.rs` uses both.

use crate::files::Served;
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use malipo_shell::platform::http::{Body, Bytes, Carried, End, Incoming, Method, Reply};
use worker::{EncodeBody, Headers, Request, Response, Result};

/// What the platform hands over. Its address is parsed already; parsing it again in here would be 25 KB of the Worker.
pub(crate) fn incoming(request: Request) -> Incoming {
    // The platform's own list of methods takes one without a name of its own (PURGE, PROPFIND) for GET.
    let method = Method::parse(&request.inner().method());
    Incoming {
        method,
        url: request.inner().url(),
        carried: Box::new(Arrived(request)),
    }
}

/// A request where the platform has it.
struct Arrived(Request);

impl Carried for Arrived {
    fn header(&self, name: &str) -> Option<String> {
        self.0.headers().get(name).ok().flatten()
    }

    fn read(&mut self, bytes_max: usize) -> LocalBoxFuture<'_, Bytes> {
        Box::pin(read(&mut self.0, bytes_max))
    }
}

async fn read(request: &mut Request, bytes_max: usize) -> Bytes {
    let mut bytes = Vec::new();
    // A request without a body has no stream either.
    let Ok(mut stream) = request.stream() else {
        return Bytes {
            bytes,
            end: End::Whole,
        };
    };
    while let Some(chunk) = stream.next().await {
        let Ok(chunk) = chunk else {
            return Bytes {
                bytes,
                end: End::BrokeOff,
            };
        };
        bytes.extend(chunk);
        if bytes.len() > bytes_max {
            bytes.truncate(bytes_max);
            return Bytes {
                bytes,
                end: End::TooLong,
            };
        }
    }
    Bytes {
        bytes,
        end: End::Whole,
    }
}

/// What the platform sends.
pub(crate) fn response(reply: malipo_shell::platform::error::Result<Reply>) -> Result<Response> {
    let Reply {
        status,
        headers,
        body,
        is_head,
    } = reply.map_err(|why| worker::Error::RustError(why.to_string()))?;
    let mut encoded = EncodeBody::Automatic;
    let (response, sent) = match body {
        Body::Empty => (Response::empty()?, Headers::new()),
        Body::Text(text) => (Response::from_bytes(text.into_bytes())?, Headers::new()),
        Body::Parts(parts) => {
            let parts =
                parts.map(|part| part.map_err(|why| worker::Error::RustError(why.to_string())));
            (Response::from_stream(parts)?, Headers::new())
        }
        Body::File(file) => match file.content.into_any().downcast::<Served>() {
            Ok(served) => {
                let headers = match file.has_own_headers {
                    true => served.0.headers().clone(),
                    false => Headers::new(),
                };
                (served.0, headers)
            }
            Err(_) => return Err(worker::Error::RustError("a file of another host".into())),
        },
    };
    let response = if is_head {
        Response::empty()?
    } else {
        response
    };
    for (name, value) in headers.iter() {
        if name == "Content-Encoding" {
            encoded = EncodeBody::Manual; // it is encoded already
        }
        sent.set(name, value)?;
    }
    Ok(response
        .with_status(status)
        .with_headers(sent)
        .with_encode_body(encoded))
}
