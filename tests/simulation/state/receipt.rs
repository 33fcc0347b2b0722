//! `ReceiptShell`: the state of a receipt's object.

use malipo_engine::claims::ReceiptRecord;
use malipo_shared::MpesaReceipt;

pub(crate) struct ReceiptShell {
    pub(crate) number: MpesaReceipt,
    pub(crate) record: ReceiptRecord,
    pub(crate) is_awake: bool,
    pub(crate) failures: u32,
}
