//! The shop gives money back, and what M-PESA says of that.

use super::{Player, number};
use malipo_engine::daraja::{
    PaidAmount, ReversalAck, ReversalResult, TransactionStatusResult, decode_reversal_ack,
};
use malipo_engine::payment::{Event, RefundAsk, RefundTaken, rules};

impl Player {
    /// A refund is asked for; it leaves at once.
    pub(in crate::journals) fn refund(&mut self, receipt: &str, amount_kes: Option<u32>) -> u32 {
        self.settle();
        let asked = RefundAsk {
            receipt: number(receipt),
            amount_kes,
            reason: Some("brought back".to_owned()),
            ask: self.ask(),
        };
        let taken = self.payment.request_refund(asked, true).unwrap();
        let RefundTaken::New(event) = taken else {
            panic!("not new: {taken:?}")
        };
        self.write(event);
        let refund = self.payment.refunds().len() as u32;
        self.refunding = Some(refund);
        refund
    }

    pub(in crate::journals) fn refund_leaves(&mut self, refund: u32) {
        let deadline_ms = self.now_ms + rules::LEAVING_MS;
        self.write(Event::RefundLeaving {
            refund,
            deadline_ms,
        });
    }

    pub(in crate::journals) fn refund_answered(&mut self, refund: u32, status: u16, body: &str) {
        let event = match decode_reversal_ack(status, body.as_bytes()) {
            ReversalAck::Accepted {
                conversation_id,
                originator_conversation_id,
            } => Event::RefundAccepted {
                refund,
                conversation_id,
                originator_conversation_id,
            },
            ReversalAck::Refused(detail) | ReversalAck::TokenRefused(detail) => {
                Event::RefundRefused { refund, detail }
            }
            ReversalAck::Unknown(why) => Event::RefundLost { refund, why },
        };
        self.end_of(event);
    }

    pub(in crate::journals) fn refund_taken(&mut self, refund: u32) {
        self.refund_answered(refund, 200, r#"{"OriginatorConversationID":"f1e2-4b95-1","ConversationID":"AG_20260529_1","ResponseCode":"0"}"#);
    }

    pub(in crate::journals) fn refund_result(
        &mut self,
        refund: u32,
        code: &str,
        original: &str,
        kes: u32,
    ) {
        let body = format!(
            r#"{{"Result":{{"ResultType":0,"ResultCode":"{code}","ResultDesc":"words of M-PESA's","OriginatorConversationID":"f1e2-4b95-1","ConversationID":"AG_20260529_1","TransactionID":"UKE52PAWR9","ResultParameters":{{"ResultParameter":[{{"Key":"Amount","Value":{kes}}},{{"Key":"OriginalTransactionID","Value":"{original}"}}]}}}}}}"#
        );
        let result = ReversalResult::decode(body.as_bytes()).unwrap();
        self.hear(Event::RefundResult { refund, result });
    }

    /// On being asked, M-PESA shows the completed reversal.
    pub(in crate::journals) fn refund_shown(&mut self, refund: u32, kes: u32) {
        let body = format!(
            r#"{{"Result":{{"ResultCode":0,"ResultParameters":{{"ResultParameter":[{{"Key":"ReceiptNo","Value":"UKE52PAWR9"}},{{"Key":"Amount","Value":{kes}}},{{"Key":"TransactionStatus","Value":"Completed"}},{{"Key":"DebitPartyName","Value":"174379 - A SHOP"}},{{"Key":"CreditPartyName","Value":"254700000123 - A PAYER"}}]}}}}}}"#
        );
        let answer = TransactionStatusResult::decode(body.as_bytes()).unwrap();
        assert!(matches!(answer.amount, Some(PaidAmount::Whole(_))));
        let event = self.payment.see_refund(refund, &answer).unwrap();
        self.hear(event);
    }
}
