//! `Soon`: something that comes later.

/// One thread: nothing in it need be `Send`.
pub type Soon<'a, T> = futures_util::future::LocalBoxFuture<'a, T>;
