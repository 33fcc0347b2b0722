//! The platform, as the shell sees it: the traits `Host` and `Home` that every room stands on, the plain types of what comes in and goes
//! out, and the log, replies and sealing that are made of them. Whoever runs the shell brings the two traits: `worker` on Cloudflare, the
//! simulation in memory.

pub mod busy;
pub mod class;
pub mod concurrent;
pub mod d1;
pub mod error;
pub mod file;
pub mod files;
pub mod home;
pub mod host;
pub mod http;
pub mod isolate;
pub mod log;
pub mod object;
pub mod reply;
pub mod rows;
pub mod soon;
pub mod sql;
pub mod vault;

use futures_util::future::{Either, select};
pub use host::{ANSWER_BYTES_MAX, Answer, Call, Env, Host, Limit, Whom};

/// The result of `work`, or none when it takes longer than `limit_ms`.
pub async fn within<T>(host: &dyn Host, limit_ms: u64, work: impl Future<Output = T>) -> Option<T> {
    let work = core::pin::pin!(work);
    match select(work, host.sleep(limit_ms)).await {
        Either::Left((done, _)) => Some(done),
        Either::Right(((), _)) => None,
    }
}

/// Random bytes from the platform; none if it has none to give.
pub fn random<const N: usize>(host: &dyn Host) -> Option<[u8; N]> {
    let mut bytes = [0; N];
    host.fill(&mut bytes).then_some(bytes)
}
