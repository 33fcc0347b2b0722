//! The one rule for texts from outside: no control characters, none that cannot be seen, none that turns the direction of
//! reading. A caller's text that holds one is refused; M-PESA's never is, and is shown without them.
//!
//! ```
//! use malipo_shared::text;
//! assert_eq!(text::hidden("INV7\u{200d}"), Some('\u{200d}'));
//! assert_eq!(text::hidden("Malipo ya Juma, chai ☕"), None);
//! assert_eq!(text::shown("AMINA\tW\u{202e}ANJIRU"), "AMINA WANJIRU");
//! ```

/// What nobody sees, besides the last two code points of each plane: Unicode's categories Cc, Cf, Zl and Zp, the default
/// ignorable (fillers, variation selectors, joiners, tags), the noncharacters, and two signs that are drawn as nothing:
/// U+2800 and U+1D159. An emoji that is joined or has a variation selector is refused with them: the one without looks the same.
const HIDDEN: [(u32, u32); 30] = [
    (0x00, 0x1f),
    (0x7f, 0x9f),
    (0xad, 0xad),
    (0x34f, 0x34f),
    (0x600, 0x605),
    (0x61c, 0x61c),
    (0x6dd, 0x6dd),
    (0x70f, 0x70f),
    (0x890, 0x891),
    (0x8e2, 0x8e2),
    (0x115f, 0x1160),
    (0x17b4, 0x17b5),
    (0x180b, 0x180f),
    (0x200b, 0x200f),
    (0x2028, 0x202e),
    (0x2060, 0x206f),
    (0x2800, 0x2800),
    (0x3164, 0x3164),
    (0xfdd0, 0xfdef),
    (0xfe00, 0xfe0f),
    (0xfeff, 0xfeff),
    (0xffa0, 0xffa0),
    (0xfff0, 0xfffb),
    (0x110bd, 0x110bd),
    (0x110cd, 0x110cd),
    (0x13430, 0x1343f),
    (0x1bca0, 0x1bca3),
    (0x1d159, 0x1d159),
    (0x1d173, 0x1d17a),
    (0xe0000, 0xe0fff),
];

/// What a name may not hold besides, because another text looks the same: every space but the common one, and marks and signs
/// whose letter has a code point of its own (`é` is U+00E9, not `e` and U+0301).
const BLURRED: [(u32, u32); 16] = [
    (0xa0, 0xa0),
    (0x300, 0x36f),
    (0x653, 0x655),
    (0x1680, 0x1680),
    (0x1ab0, 0x1aff),
    (0x1dc0, 0x1dff),
    (0x2000, 0x200a),
    (0x202f, 0x202f),
    (0x205f, 0x205f),
    (0x20d0, 0x20ff),
    (0x2126, 0x2126),
    (0x212a, 0x212b),
    (0x3000, 0x3000),
    (0x3099, 0x309a),
    (0xf900, 0xfaff),
    (0xfe20, 0xfe2f),
];

/// The first character that nobody sees, if there is one.
pub fn hidden(text: &str) -> Option<char> {
    text.chars().find(|c| is_hidden(*c))
}

/// The first character that a name may not hold: two names that look the same must be the same. A second space in a row is one.
pub fn blurred(name: &str) -> Option<char> {
    let mut last = 'x';
    name.chars().find(|&c| {
        let is_second_space = c == ' ' && last == ' ';
        last = c;
        is_second_space || is_hidden(c) || is_in(&BLURRED, c)
    })
}

/// What is wrong with a text that holds this character, to be put behind the field's name.
pub fn holds(c: char) -> String {
    let code = u32::from(c);
    match c {
        ' ' => "has two spaces in a row, which look like one: leave one out".to_owned(),
        _ if is_hidden(c) => {
            format!("holds the character U+{code:04X}, which cannot be seen: leave it out")
        }
        _ => {
            format!("holds the character U+{code:04X}, which looks like another: write it without")
        }
    }
}

/// The text as it can be shown, where it cannot be refused: a control character is a space, the rest of what nobody sees is
/// left out.
pub fn shown(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            c if c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') => Some(' '),
            c => (!is_hidden(c)).then_some(c),
        })
        .collect()
}

/// How a name reads: its letters and digits, small ones as capitals. None when nothing is left. Of other alphabets every
/// character stands for itself, so that `ÖL7` is not read as `L7`.
pub fn reading(name: &str) -> Option<String> {
    let is_read = |c: &char| match c {
        c if c.is_ascii() => c.is_ascii_alphanumeric(),
        c => !is_hidden(*c) && !matches!(c, '\u{a0}'..='\u{bf}' | '\u{2000}'..='\u{206f}'),
    };
    let read: String = name.chars().filter(is_read).collect();
    (!read.is_empty()).then(|| read.to_ascii_uppercase())
}

fn is_hidden(c: char) -> bool {
    let is_noncharacter = u32::from(c) & 0xfffe == 0xfffe;
    is_noncharacter || is_in(&HIDDEN, c)
}

fn is_in(ranges: &[(u32, u32)], c: char) -> bool {
    let code = u32::from(c);
    ranges
        .iter()
        .any(|(first, last)| (*first..=*last).contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex_syntax::hir::{Class, HirKind};

    /// What Unicode itself says of every code point.
    fn class(pattern: &str) -> Vec<(char, char)> {
        let hir = regex_syntax::parse(pattern).unwrap();
        let HirKind::Class(Class::Unicode(class)) = hir.into_kind() else {
            panic!("{pattern} is no class");
        };
        class.iter().map(|r| (r.start(), r.end())).collect()
    }

    fn every_char() -> impl Iterator<Item = char> {
        (0..=0x10_ffff).filter_map(char::from_u32)
    }

    fn contains(class: &[(char, char)], c: char) -> bool {
        class
            .iter()
            .any(|(first, last)| (*first..=*last).contains(&c))
    }

    #[test]
    fn of_all_of_unicode_exactly_what_nobody_sees_is_hidden() {
        let unseen = class(
            r"[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\p{Bidi_Control}\x{2800}\x{1D159}]",
        );
        for c in every_char() {
            let is_refused = hidden(&format!("a{c}b")).is_some();
            assert_eq!(is_refused, contains(&unseen, c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn no_name_holds_a_space_or_a_mark_that_can_be_mistaken() {
        let spaces = class(r"[\p{White_Space}--[ ]]");
        let marks = class(
            r"[\p{Inherited}&&\p{Mn}&&[\x{300}-\x{36f}\x{1ab0}-\x{1aff}\x{1dc0}-\x{1dff}\x{20d0}-\x{20ff}]]",
        );
        for c in every_char().filter(|c| contains(&spaces, *c) || contains(&marks, *c)) {
            let name = format!("INV{c}7");
            assert!(blurred(&name).is_some(), "U+{:04X}", u32::from(c));
        }
        for name in [
            "INV-2041",
            "Ölkanne №5",
            "كتاب ٧",
            "Chai ☕",
            "日本",
            "a b c",
        ] {
            assert_eq!(blurred(name), None, "{name}");
        }
        assert_eq!(blurred("a  b"), Some(' '));
        assert_eq!(blurred("e\u{301}"), Some('\u{301}'));
    }

    #[test]
    fn what_is_shown_holds_nothing_hidden_and_all_else() {
        for c in every_char() {
            let text = format!("a{c}b");
            let shown = shown(&text);
            assert_eq!(hidden(&shown), None, "U+{:04X}", u32::from(c));
            if hidden(&text).is_none() {
                assert_eq!(shown, text);
            }
        }
    }

    #[test]
    fn the_sentence_names_the_character() {
        assert!(holds('\u{200d}').contains("U+200D"));
        assert!(holds('\0').contains("U+0000"));
        assert!(holds('\u{e0041}').contains("U+E0041"));
        assert!(holds('\u{a0}').contains("U+00A0"));
    }

    #[test]
    fn a_name_is_read_by_its_letters_and_digits() {
        for typed in [
            "INV-2041",
            "inv 2041",
            " Inv/2041. ",
            "INV\u{2013}2041",
            "I.N.V.2041",
        ] {
            assert_eq!(reading(typed).as_deref(), Some("INV2041"), "{typed}");
        }
        assert_ne!(reading("INV-2041"), reading("INV-2O41"));
        assert_eq!(reading("ÖL-7").as_deref(), Some("ÖL7"));
        for nothing in ["", " ", "-/", "\u{200d}"] {
            assert_eq!(reading(nothing), None, "{nothing:?}");
        }
    }
}
