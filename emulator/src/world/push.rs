//! A push: what was asked for, and what it came to.

use std::sync::Arc;

use tokio::sync::Notify;

use crate::{
    options::{Merchant, Payee},
    world::{
        ledger::{Channel, Reversed, Transfer},
        story::Story,
    },
};

/// KES. Daraja, M-Pesa Express, "FAQs": 1 to 250,000 a transaction.
pub(crate) const AMOUNT_MAX_KES: u64 = 250_000;

/// A push as it is understood. `Password` is checked and not kept.
#[derive(Clone, Debug)]
pub(crate) struct PushRequest {
    pub(crate) business_short_code: String,
    pub(crate) transaction_type: TransactionType,
    pub(crate) amount_kes: u64,
    pub(crate) party_b: String,
    /// `PhoneNumber`: whose handset rings and who pays.
    pub(crate) msisdn: String,
    pub(crate) callback_url: String,
    pub(crate) account_reference: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransactionType {
    CustomerPayBillOnline,
    CustomerBuyGoodsOnline,
}

impl PushRequest {
    /// Whether the payee is one that the merchant may be paid at this way; if not, M-PESA declines with 2028.
    pub(crate) fn is_permitted_to(&self, merchant: &Merchant) -> bool {
        let transaction_type = match merchant.payee {
            Payee::PayBill { .. } => TransactionType::CustomerPayBillOnline,
            Payee::Till { .. } => TransactionType::CustomerBuyGoodsOnline,
        };
        self.transaction_type == transaction_type && self.party_b == merchant.payee.party_b()
    }
}

/// `254[17]` and eight digits.
pub(crate) fn is_msisdn(text: &str) -> bool {
    text.len() == 12
        && text.bytes().all(|b| b.is_ascii_digit())
        && (text.starts_with("2547") || text.starts_with("2541"))
}

/// A push that was accepted.
pub(crate) struct Push {
    pub(crate) request: PushRequest,
    pub(crate) merchant: Merchant,
    pub(crate) merchant_request_id: String,
    pub(crate) checkout_request_id: String,
    pub(crate) receipt: String,
    pub(crate) accepted_at_ms: u64,
    /// When the handset stops showing the prompt; `None` if it never rings.
    pub(crate) prompt_until_ms: Option<u64>,
    pub(crate) story: Story,
    pub(crate) outcome: Option<Outcome>,
    /// When the PIN was right and the merchant is still to be asked.
    pub(crate) entered_at_ms: Option<u64>,
    /// What the merchant answered to that, for the confirmation.
    pub(crate) third_party_trans_id: String,
    /// Rings when the handset has settled it.
    pub(crate) settled: Arc<Notify>,
    pub(crate) queries: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Paid {
        at_ms: u64,
    },
    Declined {
        at_ms: u64,
        code: String,
        callback_desc: String,
        query_desc: String,
    },
}

impl Push {
    pub(crate) fn is_ringing(&self, now_ms: u64) -> bool {
        self.outcome.is_none()
            && self.entered_at_ms.is_none()
            && self
                .prompt_until_ms
                .is_some_and(|until_ms| now_ms < until_ms)
    }

    pub(crate) fn transfer(&self, outcome: &Outcome) -> Option<Transfer> {
        match outcome {
            Outcome::Paid { at_ms } => Some(self.payment(*at_ms)),
            Outcome::Declined { .. } => None,
        }
    }

    /// The money that moves if it is paid.
    pub(crate) fn payment(&self, at_ms: u64) -> Transfer {
        Transfer {
            receipt: self.receipt.clone(),
            amount_kes: self.request.amount_kes,
            msisdn: self.request.msisdn.clone(),
            shortcode: self.request.party_b.clone(),
            account_reference: self.request.account_reference.clone(),
            channel: Channel::Stk,
            at_ms,
            checkout_request_id: Some(self.checkout_request_id.clone()),
            third_party_trans_id: self.third_party_trans_id.clone(),
            reversed: Reversed::default(),
        }
    }
}

impl Outcome {
    /// Worded the same in the callback and the query, as most declines are.
    pub(crate) fn declined(at_ms: u64, code: &str, desc: &str) -> Self {
        Self::Declined {
            at_ms,
            code: code.into(),
            callback_desc: desc.into(),
            query_desc: desc.into(),
        }
    }
}
