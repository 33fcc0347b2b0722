//! `WebhookUrl`: where messages to the shop may go.
//!
//! Strict on the text, because a lenient reader may see another host in it than we do: only what has
//! one reading passes. A name that resolves to a private address is not seen here; on Cloudflare there
//! is no private network behind the Worker.

use core::fmt;

/// An address that messages may be sent to: HTTPS, a public host by name, no credentials.
/// Its `Debug` shows the host only: paths and queries may hold the shop's own tokens.
#[derive(Clone, PartialEq, Eq)]
pub struct WebhookUrl {
    text: String,
    host: String,
}

/// Why messages may not be sent there. The display says what the shop has to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadDestination {
    /// More than 500 characters.
    TooLong,
    /// Not `https://`.
    NotHttps,
    /// A name or password before the host.
    Credentials,
    /// An IP address, in whatever form.
    IpLiteral,
    /// A name that is not public.
    NotPublic,
    /// This deployment itself.
    OurOwn,
    /// Not an address of visible ASCII, without `\` and `#`, whose host is a domain name in small letters.
    Malformed,
}

const LEN_MAX: usize = 500;

/// Endings of names that never are a shop on the internet (RFC 6761, 6762, 7686, 8375, ICANN SAC113).
const NOT_PUBLIC: &[&str] = &[
    "localhost",
    "local",
    "internal",
    "lan",
    "home",
    "corp",
    "intranet",
    "arpa",
    "invalid",
    "onion",
];

impl WebhookUrl {
    /// Reads the shop's address. `own_host` is ours, with its port if it has one. With
    /// `is_local_allowed` (in the environment `emulator` only), `http://` to `localhost`, `127.0.0.1`
    /// and `[::1]` is good too.
    ///
    /// # Errors
    /// [`BadDestination`].
    pub fn parse(
        text: &str,
        is_local_allowed: bool,
        own_host: &str,
    ) -> Result<WebhookUrl, BadDestination> {
        if text.len() > LEN_MAX {
            return Err(BadDestination::TooLong);
        }
        // Browsers read `\` as `/`, and leave out tabs and line breaks.
        let is_plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'\\' | b'#');
        if !text.bytes().all(is_plain) {
            return Err(BadDestination::Malformed);
        }
        let (scheme, rest) = text.split_once("://").ok_or(BadDestination::NotHttps)?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let authority = rest.get(..end).unwrap_or_default();
        if authority.contains('@') {
            return Err(BadDestination::Credentials);
        }
        let host = without_port(authority)?;
        let is_local = is_local_allowed && matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        match scheme {
            "https" => {}
            "http" if is_local => {}
            _ => return Err(BadDestination::NotHttps),
        }
        if is_local {
            // There, programs differ by their ports.
            if authority == own_host {
                return Err(BadDestination::OurOwn);
            }
        } else {
            check_public(host)?;
            let own = without_port(own_host).unwrap_or(own_host);
            if host.eq_ignore_ascii_case(own) {
                return Err(BadDestination::OurOwn);
            }
        }
        Ok(WebhookUrl {
            text: text.to_owned(),
            host: host.to_owned(),
        })
    }

    /// The whole address, to be called and not to be logged.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Its host, which may be shown.
    pub fn host(&self) -> &str {
        &self.host
    }
}

fn without_port(authority: &str) -> Result<&str, BadDestination> {
    // The colons of an IPv6 address stand in brackets.
    let after_brackets = authority.rfind(']').unwrap_or(0);
    let Some(colon) = authority.rfind(':').filter(|&at| at > after_brackets) else {
        return Ok(authority);
    };
    let (host, port) = authority.split_at(colon);
    let digits = port.trim_start_matches(':');
    let is_number = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    let is_port = is_number && digits.parse::<u16>().is_ok();
    is_port.then_some(host).ok_or(BadDestination::Malformed)
}

/// A public domain name: two labels or more, the last of which begins with a letter. An IPv4 address
/// in any of its forms (`127.1`, `0x7f000001`, `2130706433`, `017700000001`) ends in a number.
fn check_public(host: &str) -> Result<(), BadDestination> {
    if host.starts_with('[') {
        return Err(BadDestination::IpLiteral);
    }
    let is_label = |label: &str| {
        let is_char = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(is_char)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // A name may end in a dot and mean the same: an IP address and `localhost` too.
    let bare = host.strip_suffix('.').unwrap_or(host);
    if host.len() > 253 || !bare.split('.').all(is_label) {
        return Err(BadDestination::Malformed);
    }
    let (rest, last) = bare.rsplit_once('.').unwrap_or(("", bare));
    if last.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(BadDestination::IpLiteral);
    }
    if rest.is_empty() || NOT_PUBLIC.contains(&last) {
        return Err(BadDestination::NotPublic);
    }
    if bare != host {
        return Err(BadDestination::Malformed);
    }
    Ok(())
}

impl fmt::Debug for WebhookUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebhookUrl({}/…)", self.host)
    }
}

impl fmt::Display for BadDestination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadDestination::TooLong => "A webhook address has at most 500 characters.",
            BadDestination::NotHttps => "A webhook address begins with https://.",
            BadDestination::Credentials => {
                "Leave out the name and password: the signature shows who calls."
            }
            BadDestination::IpLiteral => "Give the webhook's host by name, not by its IP address.",
            BadDestination::NotPublic => "The webhook's host must be public on the internet.",
            BadDestination::OurOwn => "The webhook's host must be the shop's, not this one.",
            BadDestination::Malformed => {
                "Give the webhook's address in plain ASCII, its host in small letters, without `#`."
            }
        })
    }
}
