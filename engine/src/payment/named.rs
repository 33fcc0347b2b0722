//! Whether a payment is the one that the shop calls so.

use super::Payment;
use malipo_shared::text;

impl Payment {
    /// How the shop's own name of it reads, where the shop's server has named it.
    pub fn reading(&self) -> Option<String> {
        let (name, _) = self.opened.as_ref()?.order.origin.by_server()?;
        text::reading(name)
    }
}
