//! The contract: what a host promises to the shell. The cases that every host can show are `malipo_contract`'s, and run in workerd too; those
//! beside them need a host that fails when it is told to.

mod alarms;
mod calls;
mod case;
mod gate;
mod ground;
mod rows;
mod services;

use crate::host::fate::HostRule;
use ground::Ground;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::Rc;

/// Which cases the simulated host breaks, with one of its rules taken away or none.
pub(crate) fn broken(rule: Option<HostRule>) -> Vec<&'static str> {
    let is_broken = |holds: &dyn Fn()| catch_unwind(AssertUnwindSafe(holds)).is_err();
    let every_hosts = malipo_contract::all()
        .filter(|case| is_broken(&|| Ground::run(rule, |on| (case.holds)(Rc::new(on)))));
    let of_faults = of_faults().filter(|case| is_broken(&|| Ground::run(rule, case.holds)));
    let names = every_hosts.map(|case| case.name);
    names.chain(of_faults.map(|case| case.name)).collect()
}

/// How many cases there are.
pub(crate) fn count() -> usize {
    of_faults().count() + malipo_contract::all().count()
}

fn of_faults() -> impl Iterator<Item = &'static case::Case> {
    let all = [rows::ALL, alarms::ALL, gate::ALL, calls::ALL, services::ALL];
    all.into_iter().flatten()
}
