//! Daraja's wire formats: the only place where Safaricom's spelling is known.

mod body;
mod c2b;
mod c2b_register;
mod callback_url;
mod callers;
mod gateway;
mod instant;
mod oauth;
mod paid_amount;
mod payer_hint;
mod pull_transactions;
mod repeatable;
mod reversal;
mod security_credential;
mod stk_callback;
mod stk_push;
mod stk_query;
mod transaction_status;
mod wire;

pub use body::{is_unread_name, receipts_in, text_of, unread_name};
pub use c2b::{BadConfirmation, C2B_CONFIRMATION_ACK, C2bAnswer, C2bConfirmation, C2bValidation};
pub use c2b_register::{C2bRegister, C2bVersion, Registered, decode_register_answer};
pub use callback_url::{BadCallbackUrl, CallbackUrl, has_forbidden_word};
pub use callers::{PUBLISHED_CALLERS, REPORTED_CALLERS};
pub use gateway::{Refusal, Resend, is_firewall_page};
pub use instant::{Instant, eat_text_to_ms};
pub use oauth::{MintAnswer, Token, basic_authorization, decode_token};
pub use paid_amount::PaidAmount;
pub use payer_hint::PayerHint;
pub use pull_transactions::{
    PULL_BACK_MS, PullPage, PullQuery, PullRegister, Pulled, decode_pull_answer,
    decode_pull_register_answer,
};
pub use repeatable::Unanswered;
pub use reversal::{
    BadReversalResult, Reversal, ReversalAck, ReversalQuestion, ReversalResult,
    decode_reversal_ack, is_reversed_already,
};
pub use security_credential::{BadSecurityCredential, SecurityCredential};
pub use stk_callback::{BadCallback, StkCallback, StkProof};
pub use stk_push::{PushAnswer, StkPush, decode_push_answer};
pub use stk_query::{QueryAnswer, StkQuery, decode_query_answer};
pub use transaction_status::{
    BadResult, ReceiptStatus, TransactionStatus, TransactionStatusResult, decode_status_ack,
};

use malipo_shared::Shortcode;
use serde::{Deserialize, Serialize};

macro_rules! opaque {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Keeps the text as Safaricom gave it.
            pub fn new(text: impl Into<String>) -> $name {
                $name(text.into())
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
    };
}

opaque!(
    /// Safaricom's name of one accepted push. Opaque; it holds nine digits of the number.
    CheckoutRequestId
);
opaque!(
    /// Safaricom's name of the request that was accepted. Opaque.
    MerchantRequestId
);

impl CheckoutRequestId {
    /// What stands for an attempt's own id once the customer is forgotten.
    pub(crate) fn forgotten() -> CheckoutRequestId {
        CheckoutRequestId::new("-")
    }

    /// What stands for any other id then: it still is not the attempt's own.
    pub(crate) fn forgotten_other() -> CheckoutRequestId {
        CheckoutRequestId::new("!")
    }

    /// Whether it is the same push's. A forgotten id is taken for any real one: the callback's secret path has proved it.
    pub(crate) fn is_same_push(&self, other: &CheckoutRequestId) -> bool {
        self == other || (self.is_forgotten() && *other != CheckoutRequestId::forgotten_other())
    }

    /// Whether M-PESA can no longer be asked by it.
    pub(crate) fn is_forgotten(&self) -> bool {
        *self == CheckoutRequestId::forgotten()
    }
}

/// The secret that signs pushes and queries of one shortcode. Never shown.
#[derive(Clone)]
pub struct Passkey(String);

impl Passkey {
    /// Keeps the passkey; white space around it is a known trap and is refused by configuration.
    pub fn new(text: impl Into<String>) -> Passkey {
        Passkey(text.into())
    }

    /// `Password` of a request: base64 of shortcode, passkey and timestamp.
    ///
    /// Source: Daraja, M-Pesa Express, "Password".
    pub fn password(&self, shortcode: &Shortcode, instant: &Instant) -> String {
        use base64::Engine as _;
        let plain = format!("{shortcode}{}{}", self.0, instant.timestamp());
        base64::engine::general_purpose::STANDARD.encode(plain)
    }
}

impl core::fmt::Debug for Passkey {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("Passkey(…)")
    }
}
