//! `Host`: what every piece of the shell stands on: the clock, randomness, the network, objects, KV and D1. All rooms above reach the
//! platform by this trait, and an object its storage by `Home`, alone.

use super::class::Class;
use super::error::Result;
use super::file::File;
use super::http::{Method, ObjectReply};
use super::isolate::Isolate;
pub use super::soon::Soon;
use super::sql::SqlValue;
use malipo_engine::counts::Count;
use malipo_shared::LinkId;
use std::rc::Rc;

/// The host of this piece, as everybody passes it on.
pub type Env = Rc<dyn Host>;

/// How much a line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// A person may have to look at it.
    Error,
    /// It comes right by itself, or is another's.
    Warn,
    /// It was done.
    Info,
}

impl Level {
    /// Its word in the log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Error => "error",
            Level::Warn => "warn",
            Level::Info => "info",
        }
    }
}

/// A variable or a secret, as it was given.
pub enum Given {
    /// A text. In `wrangler.toml` a number or a flag may stand without quotes.
    Text(String),
    /// A table or a list, as JSON.
    Json(String),
}

/// An outgoing call. No redirect is followed.
pub struct Call<'a> {
    /// Its method.
    pub method: Method,
    /// The whole address.
    pub url: &'a str,
    /// Names and values.
    pub headers: &'a [(&'a str, &'a str)],
    /// What it brings.
    pub body: Option<String>,
}

/// More than any answer of Daraja's but a list's.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// How long an outgoing call may take, and how much of its answer is read. Whoever answers without end, or with little that unpacks to
/// much, must not fill the memory that all payments of an isolate share.
#[derive(Clone, Copy)]
pub struct Limit {
    /// In milliseconds.
    pub ms: u64,
    /// In bytes, unpacked.
    pub bytes: usize,
}

impl Limit {
    /// So long, for an answer that is no list.
    pub fn ms(ms: u64) -> Limit {
        Limit {
            ms,
            bytes: ANSWER_BYTES_MAX,
        }
    }
}

/// What came back of a call.
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The beginning of its body, as far as the limit goes.
    pub body: Vec<u8>,
    /// The header `Date`, as it came.
    pub date: Option<String>,
}

/// Which object is called.
#[derive(Clone, Copy)]
pub struct Whom<'a> {
    /// Its class.
    pub class: Class,
    /// What it is called within its class.
    pub name: &'a str,
}

/// A key that signatures are checked with.
#[derive(Clone, Copy)]
pub enum Verifier<'a> {
    /// RSASSA-PKCS1-v1_5 with SHA-256: modulus and exponent in base64url, as in a JWK.
    Rs256 {
        /// The modulus.
        n: &'a str,
        /// The exponent.
        e: &'a str,
    },
    /// ECDSA on P-256 with SHA-256: the point as `04 ‖ X ‖ Y`; the signature is `r ‖ s`.
    Es256(&'a [u8]),
}

/// The platform, for one invocation of the edge, one run of the clock or one object.
pub trait Host {
    /// Unix milliseconds. It stands still between two events from outside, and differs a little between hosts.
    fn now_ms(&self) -> u64;
    /// Fills with random bytes; false where the platform has none to give.
    fn fill(&self, bytes: &mut [u8]) -> bool;
    /// A variable or a secret.
    fn given(&self, name: &str) -> Option<Given>;
    /// What this isolate remembers between requests.
    fn isolate(&self) -> &Isolate;
    /// Waits `ms` milliseconds. It may never return: an object that is idle leaves memory.
    fn sleep(&self, ms: u64) -> Soon<'static, ()>;
    /// Does work beside whatever goes on, and goes on with it when the caller has left: half a minute at the edge. It may end at any
    /// await, unheard.
    fn keep(&self, work: Soon<'static, ()>);
    /// Calls an object. The stub is fresh: a broken one stays broken.
    ///
    /// # Errors
    /// It cannot be reached; what became of the message is not known.
    fn call<'a>(&'a self, whom: Whom<'a>, message: &'a str) -> Soon<'a, Result<ObjectReply>>;
    /// Sends a request to another's server. Any status is an answer.
    ///
    /// # Errors
    /// What was seen instead of an answer; nothing is known of the request's fate.
    fn send<'a>(&'a self, call: Call<'a>, limit: Limit) -> Soon<'a, Result<Answer, String>>;
    /// A value of KV; none where it is not there or KV is away. It may be a minute old: it decides nothing.
    fn kv_get<'a>(&'a self, key: &'a str) -> Soon<'a, Option<String>>;
    /// Whether KV can be read.
    fn kv_answers(&self) -> Soon<'_, bool>;
    /// Keeps a value in KV; false where it could not be kept.
    fn kv_put<'a>(&'a self, key: &'a str, value: String, ttl_secs: u64) -> Soon<'a, bool>;
    /// Runs D1's statements in one transaction. True when D1 took them.
    ///
    /// # Errors
    /// D1 does not answer; whether it was done is not known.
    fn d1_batch<'a>(
        &'a self,
        statements: &'a [(&'a str, &'a [SqlValue<'a>])],
    ) -> Soon<'a, Result<bool>>;
    /// The column `v` of what D1 answers, which is a text.
    ///
    /// # Errors
    /// As `d1_batch`, or `v` is a number or null.
    fn d1_texts<'a>(
        &'a self,
        statement: &'a str,
        values: &'a [SqlValue<'a>],
    ) -> Soon<'a, Result<Vec<String>>>;
    /// Counts one more of this key at the limiter; whether it is within.
    ///
    /// # Errors
    /// It was not counted.
    fn is_within(&self, key: String) -> Soon<'_, Result<bool>>;
    /// Whether this key has signed these bytes. A key that cannot be used has signed nothing.
    fn has_signed<'a>(
        &'a self,
        key: Verifier<'a>,
        signed: &'a [u8],
        signature: &'a [u8],
    ) -> Soon<'a, bool>;
    /// Whether this is a key: a point that lies on the curve, a modulus that can be used.
    fn takes_key<'a>(&'a self, key: Verifier<'a>) -> Soon<'a, bool>;
    /// A built file by its path; `known` is the `If-None-Match` of who asks.
    ///
    /// # Errors
    /// The asset service does not answer.
    fn file<'a>(&'a self, path: &'a str, known: Option<String>) -> Soon<'a, Result<File>>;
    /// Writes a line of the log.
    fn log(&self, level: Level, line: &str);
    /// Whether there is anything to count with.
    fn counts(&self) -> bool;
    /// Counts what happened: index link; blobs what, code, environment; doubles 1, milliseconds.
    fn count(&self, env_word: &str, link: &LinkId, counts: &[Count]);
}
