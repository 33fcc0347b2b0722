//! Requests and answers as plain data, for the edge and the objects. What a request carries is read from the platform only when
//! somebody asks for it; what the platform needs of an answer is made of it in `lib.rs`.

use super::error::Result;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::LocalBoxStream;
use malipo_shared::api::{ApiError, ErrorBody};
use serde::Serialize;

/// A method of HTTP, as far as any path takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Get,
    Head,
    Post,
    Delete,
    Options,
    /// No path takes it.
    Other,
}

impl Method {
    pub(crate) fn parse(text: &str) -> Method {
        match text {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "POST" => Method::Post,
            "DELETE" => Method::Delete,
            "OPTIONS" => Method::Options,
            _ => Method::Other,
        }
    }

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Other => "(another)",
        }
    }
}

/// What there was of a body within a limit.
pub(crate) struct Bytes {
    pub(crate) bytes: Vec<u8>,
    pub(crate) end: End,
}

/// How a body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Whole,
    /// It goes on behind the limit.
    TooLong,
    BrokeOff,
}

/// The headers and the body of a request, where they lie.
pub(crate) trait Carried {
    fn header(&self, name: &str) -> Option<String>;
    /// The body's first `bytes_max` bytes; once.
    fn read(&mut self, bytes_max: usize) -> LocalBoxFuture<'_, Bytes>;
}

/// A request from outside.
pub(crate) struct Incoming {
    pub(crate) method: Method,
    /// The whole address, as the platform has parsed it.
    pub(crate) url: String,
    pub(crate) carried: Box<dyn Carried>,
}

impl Incoming {
    /// A header's value; several of one name are joined by commas.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.carried.header(name)
    }

    /// Scheme, host and port, as the header `Origin` writes them.
    pub(crate) fn origin(&self) -> &str {
        &self.url[..self.host_ends()]
    }

    /// The path, still encoded.
    pub(crate) fn path(&self) -> &str {
        let rest = &self.url[self.host_ends()..];
        let path = rest.split(['?', '#']).next().unwrap_or(rest);
        if path.is_empty() { "/" } else { path }
    }

    fn host_ends(&self) -> usize {
        let host = self.url.find("://").map_or(0, |at| at + 3);
        let end = self.url[host..].find(['/', '?', '#']);
        end.map_or(self.url.len(), |at| host + at)
    }

    /// What follows the path's `?`; empty where nothing does.
    pub(crate) fn query(&self) -> &str {
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        query.split('#').next().unwrap_or(query)
    }
}

/// Headers of an answer, in the order of their setting.
#[derive(Debug, Default)]
pub(crate) struct Headers(Vec<(&'static str, String)>);

impl Headers {
    /// Sets a header in place of one of this name.
    pub(crate) fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.0
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.0.push((name, value.into()));
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// An answer to the outside.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Headers,
    pub(crate) body: Body,
    /// Whether only the head is sent, as if the body were there.
    pub(crate) is_head: bool,
}

/// What an answer brings.
pub(crate) enum Body {
    Empty,
    Text(String),
    /// Written while it is sent; an error breaks it off.
    Parts(LocalBoxStream<'static, Result<String>>),
    /// A built file, as the asset service gives it.
    File(super::file::File),
}

impl Reply {
    /// A good answer, without headers.
    pub(crate) fn ok(text: String) -> Reply {
        Reply::of(200, Body::Text(text))
    }

    pub(crate) fn empty(status: u16) -> Reply {
        Reply::of(status, Body::Empty)
    }

    pub(crate) fn of(status: u16, body: Body) -> Reply {
        Reply {
            status,
            headers: Headers::default(),
            body,
            is_head: false,
        }
    }

    /// The same with one header more.
    #[must_use]
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.set(name, value);
        self
    }
}

/// What an object says: a status of the API and JSON.
#[derive(Debug, Clone)]
pub(crate) struct ObjectReply {
    pub(crate) status: u16,
    pub(crate) text: String,
}

impl ObjectReply {
    pub(crate) fn ok(text: impl Into<String>) -> ObjectReply {
        ObjectReply {
            status: 200,
            text: text.into(),
        }
    }

    /// A status that says it all.
    pub(crate) fn status(status: u16) -> ObjectReply {
        ObjectReply {
            status,
            text: String::new(),
        }
    }

    pub(crate) fn json(value: &impl Serialize) -> Result<ObjectReply> {
        Ok(ObjectReply::ok(serde_json::to_string(value)?))
    }

    /// An error of the API.
    pub(crate) fn error(error: ApiError) -> Result<ObjectReply> {
        Ok(ObjectReply {
            status: error.code.status(),
            text: serde_json::to_string(&ErrorBody { error })?,
        })
    }

    /// What only another object hears.
    pub(crate) fn failed(why: &str) -> ObjectReply {
        ObjectReply {
            status: 500,
            text: why.to_owned(),
        }
    }

    pub(crate) fn is_good(&self) -> bool {
        self.status == 200
    }
}

/// The moment that an HTTP date names, in Unix milliseconds.
pub(crate) fn read_date(text: &str) -> Option<u64> {
    let at = httpdate::parse_http_date(text).ok()?;
    let since = at.duration_since(std::time::UNIX_EPOCH).ok()?;
    u64::try_from(since.as_millis()).ok()
}
