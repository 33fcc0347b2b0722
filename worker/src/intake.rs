//! Intake: what M-PESA says reaches its object, or waits in the inbox. Below the edge, where M-PESA posts it, and below the schedule,
//! which brings again what waits.

pub(crate) mod ack;
pub(crate) mod c2b;
pub(crate) mod called;
pub(crate) mod dispatch;
pub(crate) mod hook;
pub(crate) mod inbox;
mod result;
mod reversal;
mod stk;
mod tries;
mod unread;
