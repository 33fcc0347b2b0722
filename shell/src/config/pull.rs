//! Pull Transactions: whether the shop has it, and the number that it is registered with.

use super::reader::Reader;
use malipo_shared::Msisdn;

/// M-PESA's own list of what was paid, for reconciliation.
pub(crate) struct Pull {
    /// Whether it is asked every day.
    pub(crate) is_on: bool,
    /// A number of the organisation's, which Safaricom knows: needed once, to register.
    pub(crate) nominated: Option<Msisdn>,
}

impl Reader<'_> {
    pub(super) fn pull(&mut self) -> Pull {
        let nominated = self.optional("PULL_NOMINATED_NUMBER").and_then(|text| {
            let number = Msisdn::parse(&text).ok();
            if number.is_none() {
                // What was given is not repeated: it may be somebody's number.
                self.note("PULL_NOMINATED_NUMBER must be a Kenyan mobile number".to_owned());
            }
            number
        });
        Pull {
            is_on: self.flag("PULL_TRANSACTIONS"),
            nominated,
        }
    }
}
