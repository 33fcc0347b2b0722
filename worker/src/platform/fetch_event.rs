//! The fetch event: the platform's request as an [`Incoming`], and a [`Reply`] as the platform's response. `lib.rs` uses both.

use super::http::{Body, Bytes, Carried, End, Incoming, Method, Reply};
use futures_util::StreamExt as _;
use futures_util::future::LocalBoxFuture;
use worker::{EncodeBody, Headers, Request, Response, Result};

/// What the platform hands over. Its address is parsed already; parsing it again in here would be 25 KB of the Worker.
pub(crate) fn incoming(request: Request) -> Incoming {
    // The platform's own list of methods takes one without a name of its own (PURGE, PROPFIND) for GET.
    let method = Method::parse(&request.inner().method());
    Incoming {
        method,
        url: request.inner().url(),
        carried: Box::new(request),
    }
}

impl Carried for Request {
    fn header(&self, name: &str) -> Option<String> {
        self.headers().get(name).ok().flatten()
    }

    fn read(&mut self, bytes_max: usize) -> LocalBoxFuture<'_, Bytes> {
        Box::pin(read(self, bytes_max))
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
pub(crate) fn response(reply: super::error::Result<Reply>) -> Result<Response> {
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
        Body::File(file) => file.into_parts(),
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
