//! What RFC 9110 and RFC 3986 ask of a server before any call is looked at: how a key is presented, which methods a path
//! allows, which paths are the same, and whether a copy is still good.

/// The key of the header `Authorization: Bearer …` (RFC 6750). The scheme's case does not matter, nor how many spaces follow.
pub fn bearer(header: &str) -> Option<&str> {
    let (scheme, key) = header.split_once(' ')?;
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    is_bearer.then(|| key.trim_matches(' '))
}

/// The header `Allow` of a path that takes these methods: whatever may be read may be asked for its head.
pub fn allow(methods: &str) -> String {
    methods.replace("GET", "GET, HEAD")
}

/// A path in its plain form: a letter, a digit, `-`, `.`, `_` and `~` mean the same with and without percent signs
/// (RFC 3986, 6.2.2.2).
pub fn plain_path(path: &str) -> String {
    let mut parts = path.split('%');
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let byte = part.get(..2).and_then(|two| hex::decode(two).ok()?.pop());
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
        match byte.filter(is_plain) {
            Some(byte) => {
                plain.push(char::from(byte));
                plain.push_str(part.get(2..).unwrap_or_default());
            }
            None => {
                plain.push('%');
                plain.push_str(part);
            }
        }
    }
    plain
}

/// Whether nothing stands between two slashes of a path, or after its last: no path here is so, but those that end so.
pub fn has_gap(path: &str) -> bool {
    path.contains("//") || path.ends_with('/')
}

/// Whether the copy that the header `If-None-Match` names is still good; `tag` is what is there now.
pub fn is_unchanged(if_none_match: &str, tag: &str) -> bool {
    let mut known = if_none_match.split(',').map(str::trim);
    known.any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_however_its_scheme_is_written() {
        for header in [
            "Bearer key",
            "bearer key",
            "BEARER key",
            "Bearer   key",
            "bEaReR key ",
        ] {
            assert_eq!(bearer(header), Some("key"), "{header}");
        }
        for header in [
            "",
            "Bearer",
            "Basic key",
            "Bearerkey",
            "Bearer\tkey",
            " Bearer key",
            "key",
        ] {
            assert_eq!(bearer(header), None, "{header:?}");
        }
        assert_eq!(bearer("Bearer "), Some(""));
        // No key has a tab or a space in it: it is compared as it stands, and opens nothing.
        assert_eq!(bearer("Bearer \tkey"), Some("\tkey"));
        assert_eq!(bearer("Bearer a b"), Some("a b"));
    }

    #[test]
    fn what_may_be_read_may_be_asked_for_its_head() {
        assert_eq!(allow("GET"), "GET, HEAD");
        assert_eq!(allow("GET, POST"), "GET, HEAD, POST");
        assert_eq!(allow("POST"), "POST");
    }

    #[test]
    fn a_path_has_one_plain_form() {
        for (path, plain) in [
            ("/v1/payments", "/v1/payments"),
            ("/v1/%70ayments/pay%5Fmain", "/v1/payments/pay_main"),
            ("/%7e%7E%2d%2E", "/~~-."),
            ("/a%2fb%20c", "/a%2fb%20c"),
            ("/%", "/%"),
            ("/%4", "/%4"),
            ("/%zz%é", "/%zz%é"),
            ("/%2541", "/%2541"),
            ("/%+1", "/%+1"),
            ("/%00", "/%00"),
        ] {
            assert_eq!(plain_path(path), plain, "{path}");
        }
    }

    #[test]
    fn a_gap_in_a_path_is_seen() {
        for path in ["/v1/payments/", "//v1", "/v1//payments", "/"] {
            assert!(has_gap(path), "{path}");
        }
        assert!(!has_gap("/v1/payments"));
    }

    #[test]
    fn a_copy_is_good_while_its_tag_stands() {
        for known in ["\"a\"", "W/\"a\"", "\"b\", \"a\"", "*"] {
            assert!(is_unchanged(known, "\"a\""), "{known}");
        }
        for known in ["", "a", "\"b\"", "\"a\"x"] {
            assert!(!is_unchanged(known, "\"a\""), "{known}");
        }
    }
}
