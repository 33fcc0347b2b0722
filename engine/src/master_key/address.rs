//! `Address`: what every payment of a deployment is called among our objects.

use core::fmt;
use malipo_shared::{AccountReference, LinkId};

/// One payment's address on a deployment: `{env}:{link_id}:{account_reference}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// `emulator`, `sandbox` or `production`.
    pub env: String,
    /// The merchant.
    pub link: LinkId,
    /// The payment.
    pub reference: AccountReference,
}

impl Address {
    /// Reads `{env}:{link_id}:{account_reference}`.
    pub fn parse(text: &str) -> Option<Address> {
        let mut parts = text.split(':');
        let (env, link, reference) = (parts.next()?, parts.next()?, parts.next()?);
        let address = Address {
            env: env.to_owned(),
            link: LinkId::parse(link).ok()?,
            reference: AccountReference::parse(reference).ok()?,
        };
        parts.next().is_none().then_some(address)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.env, self.link, self.reference)
    }
}
