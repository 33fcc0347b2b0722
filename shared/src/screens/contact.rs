//! The shop's contact as a link: what a press on it does.

use super::spoken::cut;
use crate::Msisdn;

/// The `tel:` address of the first Kenyan mobile number in the shop's contact (`07…`, `01…`,
/// `+254…`, spaces and dashes between the digits), else the `mailto:` address of its first e-mail
/// address; `None` where there is neither.
pub fn link(contact: &str) -> Option<String> {
    let bytes = contact.as_bytes();
    let begins = |at: usize| at == 0 || !bytes[at - 1].is_ascii_digit();
    let mut places = (0..bytes.len()).filter(|&at| begins(at));
    if let Some(number) = places.find_map(|at| number(&bytes[at..])) {
        return Some(["tel:+", number.as_str()].concat());
    }
    let mut words = contact.split(|c: char| !is_of_mail(c));
    let mail = words.find(|word| {
        cut(word, "@").is_some_and(|(name, host)| !name.is_empty() && cut(host, ".").is_some())
    })?;
    Some(["mailto:", mail].concat())
}

/// The number that `text` begins with. What follows a whole number after a space is not read as
/// more of it: opening hours, another number.
fn number(text: &[u8]) -> Option<Msisdn> {
    let whole = match text.first()? {
        b'0' => 10,
        b'+' | b'2' => 12,
        _ => return None,
    };
    let mut digits = String::new();
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b'0'..=b'9' => digits.push(char::from(byte)),
            b'+' if at == 0 => {}
            b' ' | b'-' if digits.len() < whole => {}
            _ => break,
        }
    }
    Msisdn::parse(&digits).ok()
}

fn is_of_mail(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '@' | '.' | '_' | '-' | '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_the_contact_is_called() {
        for (contact, number) in [
            ("0700 000 000", "254700000000"),
            ("0112-345-678", "254112345678"),
            ("Call Amina: +254 712 345 678.", "254712345678"),
            ("254712345678", "254712345678"),
            ("Shop 2, 0712 345 678 or shop@duka.co.ke", "254712345678"),
            ("Stall 2 0712345678", "254712345678"),
            ("0712 345 678 8-5, Mon-Sat", "254712345678"),
            ("0712 345 678 0733 000 000", "254712345678"),
            ("0712345678/0733000000", "254712345678"),
            ("(0712 345 678)", "254712345678"),
        ] {
            let tel = format!("tel:+{number}");
            assert_eq!(link(contact).as_deref(), Some(&*tel), "{contact}");
        }
    }

    #[test]
    fn without_a_number_an_email_address_is_written_to() {
        for (contact, mail) in [
            ("shop@duka.co.ke", "shop@duka.co.ke"),
            (
                "Barua pepe: duka+web@duka.co.ke, au dukani",
                "duka+web@duka.co.ke",
            ),
        ] {
            let mailto = format!("mailto:{mail}");
            assert_eq!(link(contact).as_deref(), Some(&*mailto), "{contact}");
        }
    }

    #[test]
    fn what_is_neither_is_no_link() {
        for contact in [
            "",
            "the shop at the market gate",
            "P.O. Box 1070 00100",
            "0712 345",
            "07123456789",
            "+1 202 555 0100",
            "@duka on Instagram",
            "javascript:alert(1)",
            "Stall 12, open 24/7 — “karibu”",
        ] {
            assert_eq!(link(contact), None, "{contact}");
        }
    }
}
