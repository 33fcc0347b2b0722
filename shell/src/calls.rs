//! Object calls: what may be said to each kind of Durable Object, and saying it, one file an object. Whoever calls an object imports
//! nothing of its insides. The messages are internal: both ends are one deployment.

pub(crate) mod daraja;
pub(crate) mod desk;
pub(crate) mod key;
pub(crate) mod payment;
pub(crate) mod prompts;
pub(crate) mod receipt;
pub(crate) mod roster;
