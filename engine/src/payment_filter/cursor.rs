//! `Cursor`: the last entry of a page, by which the next one begins. Nothing is counted or skipped, so a page is as fast as
//! the first, and what is opened meanwhile moves nothing.

use core::fmt;
use malipo_shared::AccountReference;

/// Later than every moment; a double holds it whole.
pub const EVER_MS: u64 = 1 << 52;

/// The last entry of a page. Displayed `{at_ms}.{account_reference}`, a delivery's `{at_ms}.{account_reference}.{sequence}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// Its time, in Unix milliseconds.
    pub at_ms: u64,
    /// Its payment.
    pub account_reference: AccountReference,
    /// The delivery's number; 0 of a payment.
    pub sequence: u32,
}

impl Cursor {
    /// Reads a page's `next`.
    pub fn parse(text: &str) -> Option<Cursor> {
        let mut parts = text.split('.');
        let (at_ms, reference) = (parts.next()?, parts.next()?);
        let sequence = parts.next().map(str::parse::<u32>);
        let cursor = Cursor {
            at_ms: at_ms.parse().ok().filter(|at_ms| *at_ms < EVER_MS)?,
            account_reference: AccountReference::parse(reference).ok()?,
            sequence: match sequence {
                None => 0,
                Some(Ok(sequence)) if sequence > 0 => sequence,
                Some(_) => return None,
            },
        };
        parts.next().is_none().then_some(cursor)
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at_ms, self.account_reference)?;
        match self.sequence {
            0 => Ok(()),
            sequence => write!(f, ".{sequence}"),
        }
    }
}
