//! What M-PESA tells later of a question or a reversal, at the address that it was given.

use super::truth::{Money, Reversal};
use malipo_engine::daraja::Instant;
use serde_json::{Value, json};

pub(super) fn result(n: usize, receipt: &str, amount: u32, is_good: bool) -> Value {
    let code = if is_good { json!(0) } else { json!("R000001") };
    json!({"Result": {"ResultType": 0, "ResultCode": code, "ResultDesc": "x", "OriginatorConversationID": format!("conv-{n}"),
        "ConversationID": format!("AG_{n}"), "TransactionID": format!("R{n:09}"), "ResultParameters": {"ResultParameter": [
        {"Key": "Amount", "Value": amount}, {"Key": "OriginalTransactionID", "Value": receipt}]}}})
}

pub(super) fn status(money: &Money) -> Value {
    let at = Instant::from_unix_ms(money.at_ms);
    json!({"Result": {"ResultType": 0, "ResultCode": 0, "ResultDesc": "ok", "OriginatorConversationID": "q", "ConversationID": "AG_q",
        "TransactionID": "Q000000000", "ResultParameters": {"ResultParameter": [
        {"Key": "DebitPartyName", "Value": format!("{} - A NAME", money.phone)}, {"Key": "CreditPartyName", "Value": "174379 - THE SHOP"},
        {"Key": "Amount", "Value": money.amount}, {"Key": "ReceiptNo", "Value": money.number}, {"Key": "TransactionStatus", "Value": "Completed"},
        {"Key": "FinalisedTime", "Value": at.timestamp()}]}}})
}

pub(super) fn reversal_status(n: usize, of: &Reversal) -> Value {
    json!({"Result": {"ResultType": 0, "ResultCode": 0, "ResultDesc": "ok", "OriginatorConversationID": of.conversation, "ConversationID": format!("AG_{n}"),
        "TransactionID": "Q000000000", "ResultParameters": {"ResultParameter": [{"Key": "ReceiptNo", "Value": format!("R{n:09}")},
        {"Key": "Amount", "Value": of.amount}, {"Key": "TransactionStatus", "Value": "Completed"}, {"Key": "DebitPartyName", "Value": "174379 - THE SHOP"}]}}})
}
