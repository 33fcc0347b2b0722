//! The platform: the trait `Host` that every room stands on, and Cloudflare behind it; the log, replies, sealing, and the types of what
//! comes in and goes out. `clippy.toml` keeps the rest of the crate away from what is wrapped here.

pub(crate) mod class;
pub(crate) mod cloudflare;
pub(crate) mod concurrent;
mod counters;
pub(crate) mod d1;
pub(crate) mod error;
pub(crate) mod fetch_event;
mod file;
pub(crate) mod files;
pub(crate) mod host;
pub(crate) mod http;
pub(crate) mod isolate;
pub(crate) mod log;
pub(crate) mod object;
mod outgoing;
pub(crate) mod reply;
pub(crate) mod rows;
mod sql;
pub(crate) mod storage;
pub(crate) mod variables;
pub(crate) mod vault;
mod web_crypto;

use futures_util::future::{Either, select};
pub(crate) use host::{ANSWER_BYTES_MAX, Answer, Call, Env, Host, Limit, Whom};
use std::rc::Rc;
// What the objects still hold of the platform's own.
pub(crate) use worker::{SqlStorage, SqlStorageValue, Storage};
pub(crate) type State = Rc<worker::State>;

/// The result of `work`, or none when it takes longer than `limit_ms`.
pub(crate) async fn within<T>(
    host: &dyn Host,
    limit_ms: u64,
    work: impl Future<Output = T>,
) -> Option<T> {
    let work = core::pin::pin!(work);
    match select(work, host.sleep(limit_ms)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(((), _)) => None,
    }
}

/// Random bytes from the platform; none if it has none to give.
pub(crate) fn random<const N: usize>(host: &dyn Host) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    host.fill(&mut bytes).then_some(bytes)
}
