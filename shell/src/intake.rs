//! Intake: what M-PESA posts reaches its object, or waits in the inbox. The edge brings it when M-PESA posts it, the schedule when it has
//! waited.

pub(crate) mod ack;
pub(crate) mod c2b;
pub(crate) mod called;
pub(crate) mod dispatch;
pub(crate) mod hook;
pub(crate) mod inbox;
mod result;
mod reversal;
mod stk;
mod three_tries;
mod unread;
