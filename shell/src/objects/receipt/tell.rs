//! Telling a payment what follows for it from what is known of the receipt.

use super::inner::Inner;
use crate::calls;
use crate::calls::payment::{PaymentCall, PaymentKnown, ToPayment};
use crate::platform::error::{Error, Result};
use malipo_engine::claims::{News, Tell};
use malipo_engine::json;
use malipo_engine::payment::Rank;
use malipo_shared::MpesaReceipt;

/// How long a payment may take to answer, in milliseconds.
pub(super) const CALL_MS: u64 = 5_000;

impl Inner {
    /// Tells a payment; whether there is such a one.
    pub(super) async fn tell(&self, receipt: &MpesaReceipt, tell: &Tell) -> Result<bool> {
        let receipt = receipt.clone();
        let what = match &tell.what {
            News::Offered(facts) => PaymentCall::Offer {
                receipt,
                // Nothing is offered of which nothing can count.
                amount_kes: facts.amount.whole_kes().unwrap_or_default(),
                said: facts.amount.said_otherwise(),
                reading: None,
                paid_at_ms: facts.paid_at_ms,
                or_paid_at_ms: facts.or_paid_at_ms,
                rank: Rank::Reference,
                is_trusted: facts.is_trusted,
            },
            News::Taken => PaymentCall::Taken { receipt },
            News::Shown => PaymentCall::Look { receipt },
        };
        let message = ToPayment {
            address: tell.address.clone(),
            what,
        };
        let response = calls::payment::call(&self.env, &message, CALL_MS).await?;
        if !response.is_good() {
            return Err(Error::new("the payment refused"));
        }
        let known: PaymentKnown = json::read(&response.text)?;
        Ok(known.is_known)
    }
}
