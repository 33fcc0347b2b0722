//! The contract: what a host promises to the shell, case by case, as `Host` and `Home` say it. A case knows its host by [`Ground`] alone, so
//! that the same text can run on another host.

mod alarms;
mod calls;
mod gate;
mod ground;
mod rows;
mod services;

use futures_util::future::LocalBoxFuture;
use ground::Ground;

/// One promise.
pub(crate) struct Case {
    name: &'static str,
    holds: fn(Ground) -> LocalBoxFuture<'static, ()>,
}

/// Cases by their names.
macro_rules! cases {
    ($($name:ident),* $(,)?) => {
        /// What is promised here.
        pub(super) const ALL: &[super::Case] = &[$(super::Case {
            name: stringify!($name),
            holds: |on| Box::pin($name(on)),
        }),*];
    };
}
pub(super) use cases;

fn all() -> impl Iterator<Item = &'static Case> {
    let all = [rows::ALL, alarms::ALL, gate::ALL, calls::ALL, services::ALL];
    all.into_iter().flatten()
}

/// Which cases the simulated host breaks, with one of its rules taken away or none.
pub(crate) fn broken(rule: Option<crate::host::fate::HostRule>) -> Vec<&'static str> {
    let breaks = |case: &&Case| {
        let holds = || Ground::run(rule, case.holds);
        std::panic::catch_unwind(holds).is_err()
    };
    all().filter(breaks).map(|case| case.name).collect()
}

/// How many cases there are.
pub(crate) fn count() -> usize {
    all().count()
}
