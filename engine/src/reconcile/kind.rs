//! `Kind`: what a difference is, and what the shop does about it.

use serde::Serialize;

/// What is not the same on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "schema", schemars(rename = "DifferenceKind"))]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// M-PESA has it, and we do not.
    MissingHere,
    /// We count it without M-PESA's own word, and M-PESA does not have it.
    MissingThere,
    /// M-PESA itself has shown it, and what it was compared with does not hold it.
    NotListed,
    /// Both have it, with different amounts.
    AmountDiffers,
    /// M-PESA has given it back, and no refund of ours says so.
    ReversedThere,
    /// Both have it, and it is no payment's.
    Unmatched,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 6] = [
        Kind::MissingHere,
        Kind::MissingThere,
        Kind::NotListed,
        Kind::AmountDiffers,
        Kind::ReversedThere,
        Kind::Unmatched,
    ];

    /// The word in lists.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::MissingHere => "missing_here",
            Kind::MissingThere => "missing_there",
            Kind::NotListed => "not_listed",
            Kind::AmountDiffers => "amount_differs",
            Kind::ReversedThere => "reversed_there",
            Kind::Unmatched => "unmatched",
        }
    }

    /// What the shop does about it.
    pub fn what_to_do(self) -> &'static str {
        match self {
            Kind::MissingHere => {
                "M-PESA has this money and no order counts it. Find the order by the account number or the customer's SMS and \
                 assign the receipt to it. What only a statement says must be shown by M-PESA first: it is asked where \
                 DARAJA_INITIATOR is set."
            }
            Kind::MissingThere => {
                "An order counts this money and M-PESA's books do not have it. Look the receipt up in the organisation portal \
                 before you ship; if it is not there either, keep the goods and report it."
            }
            Kind::NotListed => {
                "This payment is not in this file or list. M-PESA itself has confirmed it, so the money has come and the order stands. Usually the \
                 file is of another account, was filtered or is cut off: export the whole account and time again. If the \
                 organisation portal does not show the receipt either, report it."
            }
            Kind::AmountDiffers => {
                "The order counts another amount than M-PESA has. M-PESA's is what you have received: settle the rest with the \
                 customer."
            }
            Kind::ReversedThere => {
                "M-PESA has given this money back without a refund of yours, and the order still counts it. If nothing was \
                 shipped, do not ship; else ask the customer to pay again."
            }
            Kind::Unmatched => {
                "This money has come and is no order's. Find the order by the account number or the customer's SMS and assign the \
                 receipt to it. First make sure that no order counts it already without a receipt number."
            }
        }
    }
}
