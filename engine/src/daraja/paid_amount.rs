//! `PaidAmount`: an amount as M-PESA said it. It is never nothing because it could not be read.

use super::wire;
use crate::cents::Cents;
use serde::{Deserialize, Serialize};

/// An amount as Daraja wrote it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaidAmount {
    /// Whole shillings.
    Whole(u32),
    /// Anything else, as its text: shillings and cents, a spelling of its own, or nothing that can be read. Never rounded into a
    /// payment.
    Other(String),
}

impl PaidAmount {
    /// Reads a text: `450`, `450.0` and `450.00` are 450 shillings, all else stays as it is.
    pub fn parse(text: &str) -> PaidAmount {
        let (whole, cents) = text.split_once('.').unwrap_or((text, "0"));
        let is_whole = !whole.is_empty()
            && whole.bytes().all(|b| b.is_ascii_digit())
            && !cents.is_empty()
            && cents.bytes().all(|b| b == b'0');
        match whole.parse() {
            Ok(shillings) if is_whole => PaidAmount::Whole(shillings),
            Ok(_) | Err(_) => PaidAmount::Other(wire::cut(text, 32)),
        }
    }

    /// How much, where it is whole shillings: `1,100.00` is 1100. None for cents and for what cannot be read.
    pub fn kes(&self) -> Option<u32> {
        match self {
            PaidAmount::Whole(kes) => Some(*kes),
            PaidAmount::Other(text) => Cents::parse(text)?.whole_kes(),
        }
    }

    /// The whole shillings in it, of which a payment may count: 60840 of `60840.75`. None where it cannot be read, or there are
    /// none.
    pub fn whole_kes(&self) -> Option<u32> {
        let kes = match self {
            PaidAmount::Whole(kes) => *kes,
            PaidAmount::Other(text) => Cents::parse(text)?.floor_kes()?,
        };
        (kes > 0).then_some(kes)
    }

    /// As M-PESA said it; empty when it said nothing.
    pub fn said(&self) -> String {
        match self {
            PaidAmount::Whole(kes) => kes.to_string(),
            PaidAmount::Other(text) => text.clone(),
        }
    }

    /// As M-PESA said it, where that is not whole shillings.
    pub fn said_otherwise(&self) -> Option<String> {
        self.kes().is_none().then(|| self.said())
    }

    /// Why no payment can count it; none where one can.
    pub fn why_uncounted(&self) -> Option<String> {
        if self.whole_kes().is_some() {
            return None;
        }
        let said = self.said();
        Some(match self.kes() {
            Some(_) => "M-PESA says that KES 0 moved: there is nothing to count.".to_owned(),
            None if said.is_empty() => {
                "How much moved is not known: what M-PESA sent cannot be read. Look the receipt up in the organisation portal.".to_owned()
            }
            None => format!(
                "M-PESA says `{said}`, which is no amount that a payment can count. Look the receipt up in the organisation portal."
            ),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_or_kept_as_it_was_said_and_never_nothing() {
        for (text, kes, whole_kes) in [
            ("450", Some(450), Some(450)),
            ("450.0", Some(450), Some(450)),
            ("1,100.00", Some(1100), Some(1100)),
            ("60840.75", None, Some(60_840)),
            ("60,840.75", None, Some(60_840)),
            ("0.75", None, None),
            ("0", Some(0), None),
            ("0.00", Some(0), None),
            ("", None, None),
            ("1e3", None, None),
            ("KES 50", None, None),
            ("-5.00", None, None),
            ("-0.50", None, None),
            ("12,50", None, None),
            ("NaN", None, None),
            ("99999999999", None, None),
            ("99999999999999999999.5", None, None),
            ("60840.7", None, Some(60_840)),
            ("60840.750", None, None),
        ] {
            let amount = PaidAmount::parse(text);
            assert_eq!(
                (amount.kes(), amount.whole_kes()),
                (kes, whole_kes),
                "{text}"
            );
            assert_eq!(
                amount.why_uncounted().is_none(),
                whole_kes.is_some(),
                "{text}"
            );
            // Whatever it is, it is shown: as a number or as its text.
            assert!(kes.is_some() || amount.said_otherwise().as_deref() == Some(text));
            let stored = serde_json::to_string(&amount).unwrap();
            assert_eq!(crate::json::read::<PaidAmount>(&stored).unwrap(), amount);
        }
    }
}
