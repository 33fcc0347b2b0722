//! Object calls: what may be said to each kind of Durable Object, and saying it. One file an object. Both ends are one deployment:
//! the messages are nobody else's, and whoever calls an object needs nothing of what is in it.

pub(crate) mod daraja;
pub(crate) mod key;
pub(crate) mod payment;
pub(crate) mod prompts;
pub(crate) mod receipt;
pub(crate) mod roster;
