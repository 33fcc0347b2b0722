//! C2B: M-PESA's word on money that a customer sent, and our word on money that is about to be sent.

use super::{PaidAmount, PayerHint, body, eat_text_to_ms, wire};
use malipo_shared::MpesaReceipt;
use serde::{Deserialize, Serialize};

/// Money that moved to a shortcode, whoever asked for it. A push is reported here too, under the same
/// receipt, before its callback or after it. The payer's names are never kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct C2bConfirmation {
    /// M-PESA's receipt number (`TransID`): what the money is counted by, once.
    pub receipt: MpesaReceipt,
    /// How much, as it was said; nothing when it was not told.
    pub amount: PaidAmount,
    /// When, by M-PESA's clock, in Unix milliseconds.
    pub paid_at_ms: Option<u64>,
    /// Who was paid, as Safaricom wrote it (for a till the store or the till); empty when it was not told.
    pub shortcode: String,
    /// The account number as the customer typed it, at most 40 characters that can be seen; empty for a till. See
    /// [`crate::master_key::read_typed_reference`].
    pub bill_ref: String,
    /// `Pay Bill`, `Buy Goods`, `Customer Merchant Payment`, …: not stable, for the merchant to read.
    pub transaction_type: String,
    /// Who paid, as far as it is told.
    pub payer: PayerHint,
}

/// What a validation asks about: the body of the confirmation that would follow. No money has moved.
pub type C2bValidation = C2bConfirmation;

/// A body that is no confirmation: not a JSON object, or without a receipt number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadConfirmation;

/// Safaricom's limit is 20; people's own systems were seen to send more.
pub(super) const BILL_REF_LEN_MAX: usize = 40;

impl C2bConfirmation {
    /// Reads a body. All values are texts in the documentation; numbers, nulls and absent ones occur.
    ///
    /// # Errors
    /// [`BadConfirmation`] without a receipt number: nothing could be counted by it.
    pub fn decode(body: &[u8]) -> Result<C2bConfirmation, BadConfirmation> {
        let json = body::read(body).ok_or(BadConfirmation)?;
        let field = |name| wire::field(&json, name).unwrap_or_default();
        Ok(C2bConfirmation {
            receipt: MpesaReceipt::parse(field("TransID").trim()).map_err(|_| BadConfirmation)?,
            amount: PaidAmount::parse(field("TransAmount").trim()),
            paid_at_ms: eat_text_to_ms(field("TransTime").trim()),
            shortcode: wire::cut(field("BusinessShortCode").trim(), 16),
            bill_ref: wire::cut(&field("BillRefNumber"), BILL_REF_LEN_MAX),
            transaction_type: wire::cut(&field("TransactionType"), 40),
            payer: PayerHint::read(&field("MSISDN")),
        })
    }
}

/// Our answer to a validation. Safaricom waits about 8 s for it, then takes the registered default.
///
/// Source: Daraja, Customer To Business Register URL, "Validation response".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum C2bAnswer {
    /// The money may move.
    Accept,
    /// `C2B00012`: nobody here has that account number.
    UnknownAccount,
    /// `C2B00013`: not what is still due.
    WrongAmount,
    /// `C2B00015`: not a shortcode of ours.
    UnknownShortcode,
    /// `C2B00016`: already paid, or another payment of it is under way.
    Other,
}

impl C2bAnswer {
    /// The body of the answer; its HTTP status is 200, whatever it says.
    pub fn encode(self) -> &'static str {
        match self {
            C2bAnswer::Accept => r#"{"ResultCode":"0","ResultDesc":"Accepted"}"#,
            C2bAnswer::UnknownAccount => r#"{"ResultCode":"C2B00012","ResultDesc":"Rejected"}"#,
            C2bAnswer::WrongAmount => r#"{"ResultCode":"C2B00013","ResultDesc":"Rejected"}"#,
            C2bAnswer::UnknownShortcode => r#"{"ResultCode":"C2B00015","ResultDesc":"Rejected"}"#,
            C2bAnswer::Other => r#"{"ResultCode":"C2B00016","ResultDesc":"Rejected"}"#,
        }
    }
}

/// The body of our answer to a confirmation that is written down. It cannot refuse the money.
pub const C2B_CONFIRMATION_ACK: &str = r#"{"ResultCode":0,"ResultDesc":"Success"}"#;

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[track_caller]
    fn decode(body: &str) -> C2bConfirmation {
        C2bConfirmation::decode(body.as_bytes()).unwrap()
    }

    #[test]
    fn values_may_be_texts_numbers_nulls_or_missing() {
        let full = decode(
            r#"{"TransactionType":"Pay Bill","TransID":" RKL51ZDR4F ","TransTime":20260601223604,"TransAmount":10,
               "BusinessShortCode":600966,"BillRefNumber":12345,"InvoiceNumber":null,"MSISDN":254708374149}"#,
        );
        assert_eq!(full.receipt.as_str(), "RKL51ZDR4F");
        assert_eq!(full.amount, PaidAmount::Whole(10));
        assert_eq!(full.paid_at_ms, Some(1_780_342_564_000));
        assert_eq!(full.shortcode, "600966");
        assert_eq!(full.bill_ref, "12345");
        assert!(matches!(full.payer, PayerHint::Full(_)));

        let bare = decode(
            r#"{"TransID":"RKL51ZDR4F","MSISDN":null,"BillRefNumber":null,"TransAmount":{}}"#,
        );
        assert_eq!(bare.amount, PaidAmount::Other(String::new()));
        assert_eq!(bare.paid_at_ms, None);
        assert_eq!((bare.shortcode.as_str(), bare.bill_ref.as_str()), ("", ""));
        assert_eq!(bare.payer, PayerHint::Unknown);
    }

    #[test]
    fn cents_are_never_rounded() {
        for (amount, expected) in [
            (r#""5.00""#, PaidAmount::Whole(5)),
            (r#""5""#, PaidAmount::Whole(5)),
            (r#"5.0"#, PaidAmount::Whole(5)),
            (r#""5.50""#, PaidAmount::Other("5.50".into())),
            (r#"5.01"#, PaidAmount::Other("5.01".into())),
            (r#""-5.00""#, PaidAmount::Other("-5.00".into())),
            (r#""1,000.00""#, PaidAmount::Other("1,000.00".into())),
        ] {
            let body = format!(r#"{{"TransID":"RKL51ZDR4F","TransAmount":{amount}}}"#);
            assert_eq!(decode(&body).amount, expected, "{amount}");
        }
    }

    #[test]
    fn a_long_account_number_is_cut_between_characters() {
        let body = format!(
            r#"{{"TransID":"RKL51ZDR4F","BillRefNumber":"{}"}}"#,
            "é".repeat(60)
        );
        assert_eq!(decode(&body).bill_ref, "é".repeat(40));
    }

    #[test]
    fn names_are_not_kept() {
        let body =
            r#"{"TransID":"RKL51ZDR4F","FirstName":"NICHOLAS","MiddleName":"X","LastName":"Y"}"#;
        let kept = serde_json::to_string(&decode(body)).unwrap();
        assert!(!kept.contains("NICHOLAS"), "{kept}");
    }

    #[test]
    fn what_has_no_receipt_is_refused() {
        for body in [
            "",
            "[]",
            "{}",
            "<html>",
            r#"{"TransID":""}"#,
            r#"{"TransID":null}"#,
            r#"{"TransID":"rkl51zdr4f"}"#,
            r#"[{"TransID":"RKL51ZDR4F"}]"#,
        ] {
            assert_eq!(
                C2bConfirmation::decode(body.as_bytes()),
                Err(BadConfirmation),
                "{body}"
            );
        }
    }

    #[test]
    fn answers_are_json_that_safaricom_reads() {
        for (answer, code) in [
            (C2bAnswer::Accept, "0"),
            (C2bAnswer::UnknownAccount, "C2B00012"),
            (C2bAnswer::WrongAmount, "C2B00013"),
            (C2bAnswer::UnknownShortcode, "C2B00015"),
            (C2bAnswer::Other, "C2B00016"),
        ] {
            let json: Value = serde_json::from_str(answer.encode()).unwrap();
            let text = if code == "0" { "Accepted" } else { "Rejected" };
            assert_eq!(
                json,
                serde_json::json!({"ResultCode": code, "ResultDesc": text})
            );
        }
        let ack: Value = serde_json::from_str(C2B_CONFIRMATION_ACK).unwrap();
        assert_eq!(
            ack,
            serde_json::json!({"ResultCode": 0, "ResultDesc": "Success"})
        );
    }
}
