//! From where M-PESA is known to call back, and whether others are turned away.

use super::daraja_env::DarajaEnv;
use super::reader::Reader;
use malipo_engine::daraja::{PUBLISHED_CALLERS, REPORTED_CALLERS};
use std::net::IpAddr;

/// From where M-PESA calls back.
pub(crate) struct Callers {
    pub(crate) addresses: Vec<IpAddr>,
    /// Whether a caller from elsewhere is turned away. Off: it is a signal, never the only gate.
    pub(crate) are_enforced: bool,
}

impl Callers {
    /// Whether M-PESA is known to call from this address, as `CF-Connecting-IP` names it.
    pub(crate) fn is_known(&self, address: Option<&str>) -> bool {
        address
            .and_then(|text| text.parse().ok())
            .is_some_and(|address| self.addresses.contains(&address))
    }
}

impl Reader<'_> {
    pub(super) fn callers(&mut self, env: Option<DarajaEnv>) -> Callers {
        let given = self.optional("CALLBACK_ADDRESSES").unwrap_or_default();
        let local = match env {
            Some(DarajaEnv::Emulator) => "127.0.0.1,::1",
            Some(DarajaEnv::Sandbox | DarajaEnv::Production) | None => "",
        };
        let given = given.split(',').chain(local.split(','));
        let mut addresses = Vec::new();
        for text in given
            .map(str::trim)
            .filter(|text| !text.is_empty())
            .chain(PUBLISHED_CALLERS)
            .chain(REPORTED_CALLERS)
        {
            match text.parse() {
                Ok(address) => addresses.push(address),
                Err(_) => self.note(format!("CALLBACK_ADDRESSES: `{text}` is no IP address")),
            }
        }
        Callers {
            addresses,
            are_enforced: self.flag("ENFORCE_CALLBACK_ADDRESSES"),
        }
    }
}
