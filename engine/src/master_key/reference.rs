//! Account references: which ones are taken as the shop wrote them, and how a typed one is read.

use super::{REFERENCE_CHARS, generated};
use crate::daraja::has_forbidden_word;
use malipo_shared::{AccountReference, LinkId, canon};
use sha2::{Digest, Sha256};

/// The reference of a signed order: the shop's own where it can stand as it is, else a generated one
/// that the same link and text always give.
///
/// It stands as it is when it is its own canon, has at most 12 characters, holds no word that
/// Safaricom refuses, and cannot be read as a generated one. None only if no reference can be made,
/// which does not happen.
pub fn signed_reference(link: &LinkId, reference: &str) -> Option<AccountReference> {
    let is_literal = canon(reference) == reference
        && !has_forbidden_word(reference)
        && as_generated(reference).is_none();
    if let Some(literal) = AccountReference::parse(reference)
        .ok()
        .filter(|_| is_literal)
    {
        return Some(literal);
    }
    let hash = Sha256::new()
        .chain_update(link.as_str())
        .chain_update([0])
        .chain_update(reference);
    generated(&hash.finalize().into())
}

/// The reference that a customer meant by what was typed as the account number: capitals, letters and
/// digits only; in a generated one O is read as 0, I and L as 1. None if nothing is left, or more than
/// 12 characters.
pub fn read_typed_reference(text: &str) -> Option<AccountReference> {
    let plain = canon(text);
    let meant = as_generated(&plain).unwrap_or(plain);
    AccountReference::parse(&meant).ok()
}

/// The generated reference that `plain` can be read as, with the letters that are mistaken for digits
/// put right.
fn as_generated(plain: &str) -> Option<String> {
    let rest = plain
        .strip_prefix('M')
        .filter(|rest| rest.len() == REFERENCE_CHARS)?;
    let mut meant = String::from("M");
    for c in rest.chars() {
        meant.push(match c {
            'O' => '0',
            'I' | 'L' => '1',
            // Crockford's base32 has no U.
            '0'..='9' | 'A'..='T' | 'V'..='Z' => c,
            _ => return None,
        });
    }
    Some(meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(reference: &str) -> String {
        let link = LinkId::parse("main").unwrap();
        signed_reference(&link, reference).unwrap().into()
    }

    #[test]
    fn a_typed_reference_is_read_as_it_was_meant() {
        #[track_caller]
        fn check(typed: &str, expected: Option<&str>) {
            let read = read_typed_reference(typed);
            assert_eq!(
                read.as_ref().map(AccountReference::as_str),
                expected,
                "{typed}"
            );
        }
        check("inv-12/a", Some("INV12A"));
        check(" m0123 456 abc ", Some("M0123456ABC"));
        check("MO1234S6ABC", Some("M01234S6ABC"));
        check("moil3456abc", Some("M0113456ABC"));
        // Twelve characters, or a U: not of the generated form, so nothing is put right.
        check("MOIL3456ABCD", Some("MOIL3456ABCD"));
        check("MOIL3456ABU", Some("MOIL3456ABU"));
        check("OIL", Some("OIL"));
        check("Sample Transaction", None);
        check("", None);
        check(" -/ ", None);
    }

    #[test]
    fn a_reference_stands_as_it_is_only_if_it_cannot_be_mistaken() {
        for literal in ["INV12A", "5", "ABCDEFGHJKMN", "MUGS", "MOIL3456ABU"] {
            assert_eq!(signed(literal), literal);
        }
        for other in [
            "",
            "inv12a",
            "INV-12A",
            "INV 12A",
            "ABCDEFGHJKMNP",
            "MPESA1",
            "QUERY7",
            "XEXEX",
            "M0123456ABC",
            // It would be read back as MA1NTENANCE.
            "MAINTENANCE",
            "Ölkanne",
        ] {
            let made = signed(other);
            assert_ne!(made, other);
            assert_eq!(
                as_generated(&made).as_deref(),
                Some(made.as_str()),
                "{other}"
            );
        }
    }

    #[test]
    fn every_reference_is_read_back_as_itself() {
        for reference in ["INV12A", "MAINTENANCE", "MOIL3456ABU", "order #5", "MPESA"] {
            let made = signed(reference);
            let typed = read_typed_reference(&made.to_lowercase()).unwrap();
            assert_eq!(typed.as_str(), made, "{reference}");
        }
    }

    #[test]
    fn the_same_order_has_the_same_reference_and_no_other_has_it() {
        // SHA-256 of `main`, a zero byte and `order #5`, its first 50 bits in Crockford's base32.
        assert_eq!(signed("order #5"), "MYXT15ZJW8D");
        assert_ne!(signed("order #5"), signed("order #6"));
        // docs/embed.md, "Which references become the account number".
        let [plain, small, dashed] = ["INV9AB", "inv9ab", "INV-9AB"].map(signed);
        assert_eq!(plain, "INV9AB");
        assert_ne!(small, dashed);
        assert!(small.starts_with('M') && dashed.starts_with('M'));
        let other = LinkId::parse("main2").unwrap();
        assert_ne!(
            signed("order #5"),
            signed_reference(&other, "order #5").unwrap().as_str()
        );
    }
}
