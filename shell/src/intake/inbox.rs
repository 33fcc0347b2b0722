//! The inbox: what M-PESA has posted while its object could not be reached, or its merchant's settings not be read. It lies in D1, sealed,
//! until it is delivered; what cannot be delivered in many tries is set apart for a person. Only what proves to be a stranger's is thrown
//! away.

mod drain;
mod list;
mod put;

pub(crate) use drain::{Drained, drain};
pub(crate) use list::{deliver_again, page, set_apart_count};
pub(crate) use put::{Kind, To, hold, put};
