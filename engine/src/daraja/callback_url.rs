//! `CallbackUrl`: an address that Daraja takes, checked before each push.

use core::fmt;

/// An absolute address without any word that Safaricom's gateway refuses.
#[derive(Clone, PartialEq, Eq)]
pub struct CallbackUrl(String);

/// Why an address cannot be given to Daraja.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadCallbackUrl {
    /// It holds a word that the gateway refuses, in any case.
    ForbiddenWord(&'static str),
    /// It is not `https://…` (or `http://…` where that is allowed).
    NotHttps,
    /// It holds white space, a query, a fragment or something outside ASCII.
    Malformed,
}

/// Source: Daraja, Customer To Business Register URL, "URL requirements"; the rule bites STK too.
const FORBIDDEN_WORDS: [&str; 8] = [
    "mpesa",
    "m-pesa",
    "safaricom",
    "exec",
    "exe",
    "cmd",
    "sql",
    "query",
];

impl CallbackUrl {
    /// Checks `url`. Plain HTTP is for the emulator alone.
    ///
    /// # Errors
    /// See [`BadCallbackUrl`].
    pub fn parse(url: &str, is_http_allowed: bool) -> Result<CallbackUrl, BadCallbackUrl> {
        if let Some(word) = forbidden_word(url) {
            return Err(BadCallbackUrl::ForbiddenWord(word));
        }
        let rest = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
            (Some(rest), _) => rest,
            (None, Some(rest)) if is_http_allowed => rest,
            (None, _) => return Err(BadCallbackUrl::NotHttps),
        };
        let is_plain = rest
            .bytes()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#' | b'"' | b'\\'));
        let has_host = !rest.is_empty() && !rest.starts_with('/');
        (is_plain && has_host)
            .then(|| CallbackUrl(url.to_owned()))
            .ok_or(BadCallbackUrl::Malformed)
    }

    /// The address. It holds a secret: never log it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether `text` holds a word that Safaricom's gateway refuses in an address, in any case.
pub fn has_forbidden_word(text: &str) -> bool {
    forbidden_word(text).is_some()
}

fn forbidden_word(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    FORBIDDEN_WORDS
        .into_iter()
        .find(|word| lower.contains(word))
}

impl fmt::Debug for CallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackUrl(…)")
    }
}

impl fmt::Display for BadCallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadCallbackUrl::ForbiddenWord(word) => write!(
                f,
                "it holds `{word}`, which Safaricom's gateway refuses in any address"
            ),
            BadCallbackUrl::NotHttps => f.write_str("it must begin with https://"),
            BadCallbackUrl::Malformed => {
                f.write_str("it must be a plain address without spaces, `?` or `#`")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_gateway_refuses_is_refused_first() {
        #[track_caller]
        fn check(url: &str, expected: Result<(), BadCallbackUrl>) {
            assert_eq!(
                CallbackUrl::parse(url, false).map(|_| ()),
                expected,
                "{url}"
            );
        }
        check("https://pay.example/hooks/6d/00ff/stk/4d/1", Ok(()));
        check(
            "https://MPesa.example/x",
            Err(BadCallbackUrl::ForbiddenWord("mpesa")),
        );
        check(
            "https://pay.example/QUERY/x",
            Err(BadCallbackUrl::ForbiddenWord("query")),
        );
        check(
            "https://exercise.example/",
            Err(BadCallbackUrl::ForbiddenWord("exe")),
        );
        check("http://pay.example/x", Err(BadCallbackUrl::NotHttps));
        check("https:///x", Err(BadCallbackUrl::Malformed));
        check("https://pay.example/a b", Err(BadCallbackUrl::Malformed));
        check("https://pay.example/a?b", Err(BadCallbackUrl::Malformed));
        assert!(CallbackUrl::parse("http://127.0.0.1:8787/x", true).is_ok());
    }
}
