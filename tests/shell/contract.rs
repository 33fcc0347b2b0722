//! The contract: what a host promises to the shell, case by case, as `Host` and `Home` say it. A case knows its host by [`Ground`] alone, so
//! that the same text can run on another host.

mod alarms;
mod calls;
mod case;
mod gate;
mod ground;
mod rows;
mod services;

use case::Case;
use ground::Ground;

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
