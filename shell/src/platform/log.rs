//! The log, and the only place that writes its lines: one JSON object a line, with a name from one list. Nothing personal, no secret, no
//! path of a callback. docs/operate.md tells what each name asks for.

use super::host::{Host, Level};
use core::fmt::{Display, Write};
use serde_json::Value;

/// Writes the names once: as variants, and as they stand in the log.
macro_rules! names {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// What happened.
        #[derive(Clone, Copy)]
        pub enum What { $(#[doc = $name] $variant),* }

        impl What {
            fn as_str(self) -> &'static str {
                match self { $(What::$variant => $name),* }
            }
        }
    };
}

names! {
    AccessKeysUnread "access_keys_unread",
    AlarmOverran "alarm_overran",
    AlarmUnset "alarm_unset",
    AmountUnreadable "amount_unreadable",
    ApiKeyUnchecked "api_key_unchecked",
    CallbackUnreadable "callback_unreadable",
    CallbackUnwritten "callback_unwritten",
    CallerUnknown "caller_unknown",
    ConfigurationWrong "configuration_wrong",
    CounterUnwritten "counter_unwritten",
    DeskUnreached "desk_unreached",
    DifferencesUnread "differences_unread",
    FloodsUncounted "floods_uncounted",
    HandsetUnreached "handset_unreached",
    InboxSetApart "inbox_set_apart",
    InboxStuck "inbox_stuck",
    InboxUnwritten "inbox_unwritten",
    KeyUnasked "key_unasked",
    LedgerUnread "ledger_unread",
    LedgerUnwritten "ledger_unwritten",
    MerchantNotSwept "merchant_not_swept",
    MerchantWrong "merchant_wrong",
    MerchantsUnreached "merchants_unreached",
    MessageUnsent "message_unsent",
    NumberTaken "number_taken",
    Panicked "panicked",
    PasskeyCopied "passkey_copied",
    PaymentAlert "payment_alert",
    PaymentUnreached "payment_unreached",
    PullRegistering "pull_registering",
    PushFailed "push_failed",
    PushNotSent "push_not_sent",
    QuotaUnreached "quota_unreached",
    ReceiptUnasked "receipt_unasked",
    ReceiptUnproven "receipt_unproven",
    ReceiptUnreached "receipt_unreached",
    ReconciliationGap "reconciliation_gap",
    ReconciliationUnfinished "reconciliation_unfinished",
    RefundFailed "refund_failed",
    RefundNotSent "refund_not_sent",
    RefundUnasked "refund_unasked",
    RosterUnwritten "roster_unwritten",
    ShopUnreached "shop_unreached",
    SmallObjectFailed "small_object_failed",
    SweepIncomplete "sweep_incomplete",
    TokenUnkept "token_unkept",
    Unforeseen "unforeseen",
    WorkFailed "work_failed",
}

/// What a line tells beside its name.
pub enum Field<'t> {
    /// The payment's address: environment, link and account reference.
    Payment(&'t dyn Display),
    /// M-PESA's number.
    Receipt(&'t dyn Display),
    /// The link.
    Merchant(&'t dyn Display),
    /// The reason, in words.
    Why(&'t dyn Display),
}

/// Something that a person may have to look at.
pub fn error(host: &dyn Host, what: What, fields: &[Field<'_>]) {
    host.log(Level::Error, &line(Level::Error, what, fields));
}

/// Something that comes right by itself, or is another's.
pub fn warn(host: &dyn Host, what: What, fields: &[Field<'_>]) {
    host.log(Level::Warn, &line(Level::Warn, what, fields));
}

/// Something that was done.
pub fn info(host: &dyn Host, what: What, fields: &[Field<'_>]) {
    host.log(Level::Info, &line(Level::Info, what, fields));
}

/// An error of one payment.
pub fn payment_error(host: &dyn Host, what: What, payment: &str, why: &dyn Display) {
    error(host, what, &[Field::Payment(&payment), Field::Why(why)]);
}

/// A warning of one payment.
pub fn payment_warn(host: &dyn Host, what: What, payment: &str, why: &dyn Display) {
    warn(host, what, &[Field::Payment(&payment), Field::Why(why)]);
}

/// The object of a payment's receipt did not answer.
pub fn receipt_unreached(host: &dyn Host, payment: &str, receipt: &dyn Display, why: &dyn Display) {
    let fields = [
        Field::Payment(&payment),
        Field::Receipt(receipt),
        Field::Why(why),
    ];
    error(host, What::ReceiptUnreached, &fields);
}

/// A line as the log has it.
#[must_use]
pub fn line(level: Level, what: What, fields: &[Field<'_>]) -> String {
    let (level, name) = (level.as_str(), what.as_str());
    let mut line = format!(r#"{{"level":"{level}","what":"{name}""#);
    for field in fields {
        let (name, value) = match field {
            Field::Payment(value) => ("payment", value),
            Field::Receipt(value) => ("receipt", value),
            Field::Merchant(value) => ("merchant", value),
            Field::Why(value) => ("why", value),
        };
        let value = Value::String(value.to_string());
        // Writing to a text does not fail.
        let _ = write!(line, r#","{name}":{value}"#);
    }
    line.push('}');
    line
}
