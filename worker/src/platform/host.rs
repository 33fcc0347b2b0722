//! `Host`: what every piece of the Worker stands on: the clock, randomness, the network, objects, KV and D1. `cloudflare.rs` is the one
//! host; all rooms above reach the platform by this trait alone.

use super::error::Result;
use super::file::File;
use super::http::{Method, ObjectReply};
use super::isolate::Isolate;
use super::sql::SqlValue;
use super::variables::Given;
use futures_util::future::LocalBoxFuture;
use malipo_engine::access::PublicKey;
use malipo_engine::counts::Count;
use malipo_shared::LinkId;
use std::rc::Rc;

/// Something that comes later. One thread: nothing in it need be `Send`.
pub(crate) type Soon<'a, T> = LocalBoxFuture<'a, T>;

/// The host of this piece, as everybody passes it on.
pub(crate) type Env = Rc<dyn Host>;

/// An outgoing call. No redirect is followed.
pub(crate) struct Call<'a> {
    pub(crate) method: Method,
    pub(crate) url: &'a str,
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: Option<String>,
}

/// More than any answer of Daraja's but a list's.
pub(crate) const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// How long an outgoing call may take, and how much of its answer is read. Whoever answers without end, or with little that unpacks to
/// much, must not fill the memory that all payments of an isolate share.
#[derive(Clone, Copy)]
pub(crate) struct Limit {
    pub(crate) ms: u64,
    pub(crate) bytes: usize,
}

impl Limit {
    /// So long, for an answer that is no list.
    pub(crate) fn ms(ms: u64) -> Limit {
        Limit {
            ms,
            bytes: ANSWER_BYTES_MAX,
        }
    }
}

/// What came back of a call.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// The header `Date`, as it came.
    pub(crate) date: Option<String>,
}

/// Which object is called.
#[derive(Clone, Copy)]
pub(crate) struct Whom<'a> {
    /// The binding of its class.
    pub(crate) class: &'a str,
    pub(crate) name: &'a str,
}

pub(crate) trait Host {
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
    /// The column `v` of what D1 answers.
    ///
    /// # Errors
    /// As `d1_batch`.
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
    /// Whether this key has signed the text, by RSASSA-PKCS1-v1_5 with SHA-256.
    fn has_signed<'a>(
        &'a self,
        key: &'a PublicKey,
        text: &'a str,
        signature: &'a [u8],
    ) -> Soon<'a, bool>;
    /// A built file by its path; `known` is the `If-None-Match` of who asks.
    ///
    /// # Errors
    /// The asset service does not answer.
    fn file<'a>(&'a self, path: &'a str, known: Option<String>) -> Soon<'a, Result<File>>;
    /// Whether there is anything to count with.
    fn counts(&self) -> bool;
    /// Counts what happened: index link; blobs what, code, environment; doubles 1, milliseconds.
    fn count(&self, env_word: &str, link: &LinkId, counts: &[Count]);
}
