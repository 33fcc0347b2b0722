//! Calls that leave the deployment: to Daraja, and to the shop's server.

pub(crate) mod daraja;
pub(crate) mod webhook;
