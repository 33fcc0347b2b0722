//! What a host promises, case by case. The same cases run on the simulated host natively and, in a Worker built for that alone, on
//! Cloudflare's runtime. What only the simulated host can show (a crash, a replaced instance, a service that is away) has its cases there.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)] // cases are tests: they panic where a promise is broken

mod alarms;
mod calls;
mod case;
mod ground;
mod keys;
mod probe;
mod rows;
mod services;

pub use case::Case;
pub use ground::{Ground, On, Work, batch, inside, leave_work, rang, read, rings_by, says};
pub use keys::{RANG, RINGS};
pub use probe::probe;

/// All cases.
pub fn all() -> impl Iterator<Item = &'static Case> {
    let rooms = [rows::ALL, services::ALL, calls::ALL, alarms::ALL];
    rooms.into_iter().flatten()
}
