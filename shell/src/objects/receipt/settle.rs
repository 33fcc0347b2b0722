//! A person has dealt with a receipt that cannot be read.

use super::inner::Inner;
use crate::config::Config;
use crate::platform::error::Result;
use malipo_engine::claims::ReceiptRecord;
use malipo_shared::MpesaReceipt;

impl Inner {
    /// Whether it may be settled, for the merchant to whom M-PESA has sent it; then it is.
    pub(super) fn settle(&self, config: &Config, receipt: &MpesaReceipt) -> Result<bool> {
        let record = self.record()?;
        if record.is_none_or(|record| record.link.as_ref() != Some(&config.link)) {
            return Ok(false);
        }
        self.change(receipt, None, ReceiptRecord::settle)
    }
}
