//! Requests and answers as plain data, for the edge and the objects. What a request carries is read from the platform only when
//! somebody asks for it; what the platform needs of an answer is made by whoever runs the shell.

use super::error::Result;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::LocalBoxStream;
use malipo_shared::api::{ApiError, ErrorBody};
use serde::Serialize;

/// A method of HTTP, as far as any path takes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`.
    Get,
    /// `HEAD`.
    Head,
    /// `POST`.
    Post,
    /// `DELETE`.
    Delete,
    /// `OPTIONS`.
    Options,
    /// No path takes it.
    Other,
}

impl Method {
    /// The method of this name.
    #[must_use]
    pub fn parse(text: &str) -> Method {
        match text {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            "POST" => Method::Post,
            "DELETE" => Method::Delete,
            "OPTIONS" => Method::Options,
            _ => Method::Other,
        }
    }

    /// Its name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
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
pub struct Bytes {
    /// Its beginning.
    pub bytes: Vec<u8>,
    /// How it ended.
    pub end: End,
}

/// How a body ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It is all there.
    Whole,
    /// It goes on behind the limit.
    TooLong,
    /// Its sender stopped before its end.
    BrokeOff,
}

/// The headers and the body of a request, where they lie.
pub trait Carried {
    /// A header's value; several of one name are joined by commas.
    fn header(&self, name: &str) -> Option<String>;
    /// The body's first `bytes_max` bytes; once.
    fn read(&mut self, bytes_max: usize) -> LocalBoxFuture<'_, Bytes>;
}

/// A request from outside.
pub struct Incoming {
    /// Its method.
    pub method: Method,
    /// The whole address, as the platform has parsed it.
    pub url: String,
    /// Its headers and its body.
    pub carried: Box<dyn Carried>,
}

impl Incoming {
    /// A header's value; several of one name are joined by commas.
    pub fn header(&self, name: &str) -> Option<String> {
        self.carried.header(name)
    }

    /// Scheme, host and port, as the header `Origin` writes them.
    pub fn origin(&self) -> &str {
        &self.url[..self.host_ends()]
    }

    /// The path, still encoded.
    pub fn path(&self) -> &str {
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
    pub fn query(&self) -> &str {
        let query = self.url.split_once('?').map_or("", |(_, query)| query);
        query.split('#').next().unwrap_or(query)
    }
}

/// Headers of an answer, in the order of their setting.
#[derive(Debug, Default)]
pub struct Headers(Vec<(&'static str, String)>);

impl Headers {
    /// Sets a header in place of one of this name.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.0
            .retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.0.push((name, value.into()));
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }
}

/// An answer to the outside.
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// Its headers.
    pub headers: Headers,
    /// Its body.
    pub body: Body,
    /// Whether only the head is sent, as if the body were there.
    pub is_head: bool,
}

/// What an answer brings.
pub enum Body {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// Written while it is sent; an error breaks it off.
    Parts(LocalBoxStream<'static, Result<String>>),
    /// A built file, as the asset service gives it.
    File(super::file::File),
}

impl Reply {
    /// A good answer, without headers.
    pub fn ok(text: String) -> Reply {
        Reply::of(200, Body::Text(text))
    }

    /// An answer that its status and headers say whole.
    #[must_use]
    pub fn empty(status: u16) -> Reply {
        Reply::of(status, Body::Empty)
    }

    /// An answer without headers.
    #[must_use]
    pub fn of(status: u16, body: Body) -> Reply {
        Reply {
            status,
            headers: Headers::default(),
            body,
            is_head: false,
        }
    }

    /// The same with one header more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Reply {
        self.headers.set(name, value);
        self
    }
}

/// What an object says: a status of the API and JSON.
#[derive(Debug, Clone)]
pub struct ObjectReply {
    /// A status of the API.
    pub status: u16,
    /// What it says.
    pub text: String,
}

impl ObjectReply {
    /// A good answer.
    pub fn ok(text: impl Into<String>) -> ObjectReply {
        ObjectReply {
            status: 200,
            text: text.into(),
        }
    }

    /// A status that says it all.
    pub fn status(status: u16) -> ObjectReply {
        ObjectReply {
            status,
            text: String::new(),
        }
    }

    /// A good answer, as JSON.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn json(value: &impl Serialize) -> Result<ObjectReply> {
        Ok(ObjectReply::ok(serde_json::to_string(value)?))
    }

    /// An error of the API.
    ///
    /// # Errors
    /// As [`ObjectReply::json`].
    pub fn error(error: ApiError) -> Result<ObjectReply> {
        Ok(ObjectReply {
            status: error.code.status(),
            text: serde_json::to_string(&ErrorBody { error })?,
        })
    }

    /// What only another object hears.
    pub fn failed(why: &str) -> ObjectReply {
        ObjectReply {
            status: 500,
            text: why.to_owned(),
        }
    }

    /// Whether it is a good answer.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.status == 200
    }
}

/// The moment that an HTTP date names, in Unix milliseconds.
pub fn read_date(text: &str) -> Option<u64> {
    let at = httpdate::parse_http_date(text).ok()?;
    let since = at.duration_since(std::time::UNIX_EPOCH).ok()?;
    u64::try_from(since.as_millis()).ok()
}
