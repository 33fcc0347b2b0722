//! `Case`: one promise of a host, under its own name.

use super::ground::Ground;
use futures_util::future::LocalBoxFuture;

/// One promise.
pub(crate) struct Case {
    pub(super) name: &'static str,
    pub(super) holds: fn(Ground) -> LocalBoxFuture<'static, ()>,
}

/// Cases by their names.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        /// What is promised here.
        pub(super) const ALL: &[crate::contract::case::Case] = &[$(crate::contract::case::Case {
            name: stringify!($name),
            holds: |on| Box::pin($name(on)),
        }),*];
    };
}
pub(super) use cases;
