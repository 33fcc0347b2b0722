//! `Origin`: the address of a page without its path, exactly as browsers send it in the `Origin` header. What can only be
//! meant in one way is brought to that form; what no browser ever sends is refused with what to write instead.

use crate::daraja::{BadCallbackUrl, CallbackUrl};
use core::fmt;
use core::net::Ipv4Addr;

/// `https://shop.example`, `http://localhost:3000`: scheme, host in small letters, and a port other than the scheme's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    text: String,
    is_https: bool,
    is_loopback: bool,
}

/// Why no page can have this address. The display names what to write instead, where that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadOrigin {
    /// `*`, or one in a host: pages are listed one by one.
    Wildcard,
    /// `null`, the origin of pages without an address.
    Null,
    /// Neither `https://` nor `http://`; what it would be with it, if that is one.
    NoScheme(Option<String>),
    /// A name or a password before the host.
    Credentials,
    /// A path, a query or a fragment behind it; what it is without.
    Path(String),
    /// Letters outside ASCII: browsers send them encoded.
    NotAscii,
    /// Neither a host's name nor an IP address.
    Host,
    /// No number from 1 to 65535.
    Port,
}

impl Origin {
    /// Reads one address. A `/` at its end, capitals and the scheme's own port are dropped.
    ///
    /// # Errors
    /// [`BadOrigin`].
    pub fn parse(text: &str) -> Result<Origin, BadOrigin> {
        let text = text.trim();
        if text == "null" {
            return Err(BadOrigin::Null);
        }
        if text.contains('*') {
            return Err(BadOrigin::Wildcard);
        }
        let Some((is_https, rest)) = scheme(text) else {
            let secure = |text: &str| Origin::parse(&format!("https://{text}")).ok();
            let meant = (!text.contains(':') || !text.contains("//")).then(|| secure(text));
            return Err(BadOrigin::NoScheme(
                meant.flatten().map(|origin| origin.text),
            ));
        };
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let origin = Origin::of(is_https, authority)?;
        match path.bytes().all(|b| b == b'/') {
            true => Ok(origin),
            false => Err(BadOrigin::Path(origin.text)),
        }
    }

    fn of(is_https: bool, authority: &str) -> Result<Origin, BadOrigin> {
        if authority.contains('@') {
            return Err(BadOrigin::Credentials);
        }
        if !authority.is_ascii() {
            return Err(BadOrigin::NotAscii);
        }
        // The colons of an IPv6 address stand in brackets.
        let after_brackets = authority.rfind(']').unwrap_or(0);
        let colon = authority.rfind(':').filter(|&at| at >= after_brackets);
        let (host, port) = match colon {
            Some(at) => (authority.get(..at), port(authority.get(at + 1..))?),
            None => (Some(authority), None),
        };
        let (host, is_loopback) = host.and_then(host_of).ok_or(BadOrigin::Host)?;
        let (scheme, own_port) = match is_https {
            true => ("https", 443),
            false => ("http", 80),
        };
        let text = match port.filter(|&port| port != own_port) {
            Some(port) => format!("{scheme}://{host}:{port}"),
            None => format!("{scheme}://{host}"),
        };
        Ok(Origin {
            text,
            is_https,
            is_loopback,
        })
    }

    /// As browsers send it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether nobody between the customer and the page can change it.
    pub fn is_secure(&self) -> bool {
        self.is_https || self.is_loopback
    }
}

/// The pages of a list of addresses, separated by commas or white space, each once; and what is wrong with the others, a
/// sentence each without its end. Plain HTTP is for this machine, and where `is_http_allowed`.
pub fn origins(list: &str, is_http_allowed: bool) -> (Vec<String>, Vec<String>) {
    let (mut good, mut wrong) = (Vec::new(), Vec::new());
    let entries = list.split(|c: char| c == ',' || c.is_whitespace());
    for entry in entries.filter(|entry| !entry.is_empty()) {
        match Origin::parse(entry) {
            Ok(origin) if !origin.is_secure() && !is_http_allowed => wrong.push(format!(
                "`{entry}` is not HTTPS, so anyone on the way could change the page that asks for money; serve it over https://"
            )),
            Ok(origin) if good.contains(&origin.text) => {}
            Ok(origin) => good.push(origin.text),
            Err(why) => wrong.push(format!("`{entry}` {why}")),
        }
    }
    (good, wrong)
}

/// The address at which a Worker is reached, by browsers and by M-PESA's callbacks; or what is wrong with it and what to do,
/// without its end. Plain HTTP and this machine are the emulator's, `is_local_allowed`.
///
/// # Errors
/// No page and no callback can have it.
pub fn base_url(text: &str, is_local_allowed: bool) -> Result<String, String> {
    let origin = Origin::parse(text).map_err(|why| format!("`{}` {why}", text.trim()))?;
    if let Err(why) = CallbackUrl::parse(&format!("{}/hooks", origin.text), is_local_allowed) {
        let help = match why {
            BadCallbackUrl::ForbiddenWord(_) => "choose another host name",
            BadCallbackUrl::NotHttps => "Daraja calls back over HTTPS only",
            BadCallbackUrl::Malformed => "give scheme and host alone",
        };
        return Err(format!("{why}; {help}"));
    }
    if origin.is_loopback && !is_local_allowed {
        return Err(format!(
            "{} is this machine, where M-PESA calls nobody back; write the address that the internet knows",
            origin.text
        ));
    }
    Ok(origin.text)
}

/// Whether it is HTTPS, and what follows.
fn scheme(text: &str) -> Option<(bool, &str)> {
    let after = |scheme: &str| {
        let head = text.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme)
            .then(|| text.get(scheme.len()..))?
    };
    let https = after("https://").map(|rest| (true, rest));
    https.or_else(|| after("http://").map(|rest| (false, rest)))
}

/// None where there is nothing behind the colon: the scheme's own.
fn port(text: Option<&str>) -> Result<Option<u16>, BadOrigin> {
    match text.unwrap_or_default() {
        "" => Ok(None),
        digits if digits.bytes().all(|b| b.is_ascii_digit()) => match digits.parse() {
            Ok(0) | Err(_) => Err(BadOrigin::Port),
            Ok(port) => Ok(Some(port)),
        },
        _ => Err(BadOrigin::Port),
    }
}

/// The host as browsers write it, and whether it is this machine.
fn host_of(text: &str) -> Option<(String, bool)> {
    if text == "[::1]" {
        return Some((text.to_owned(), true));
    }
    let host = text.to_ascii_lowercase();
    let is_char = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_label =
        |label: &str| !label.is_empty() && label.len() <= 63 && label.bytes().all(is_char);
    if host.len() > 253 || !host.split('.').all(is_label) {
        return None;
    }
    let last = host.rsplit('.').next().unwrap_or_default();
    if last.starts_with(|c: char| c.is_ascii_digit()) {
        // Browsers read an ending in a number as an IP address, in forms that they then write in another way.
        let address: Ipv4Addr = host.parse().ok()?;
        return Some((host, address.is_loopback()));
    }
    let is_loopback = last == "localhost";
    Some((host, is_loopback))
}

impl fmt::Display for BadOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            BadOrigin::Wildcard => {
                f.write_str("is no page's address: list each, for example https://shop.example")
            }
            BadOrigin::Null => f.write_str(
                "is what pages without an address send, and anybody can make one; write https:// and the host",
            ),
            BadOrigin::NoScheme(Some(meant)) => write!(f, "does not begin with https://; write {meant}"),
            BadOrigin::NoScheme(None) => {
                f.write_str("does not begin with https://; write https:// and the host alone")
            }
            BadOrigin::Credentials => f.write_str("holds a name before `@`; write https:// and the host alone"),
            BadOrigin::Path(without) => write!(f, "has more behind the host, which browsers never send; write {without}"),
            BadOrigin::NotAscii => f.write_str(
                "has letters that browsers encode; write the form that begins with xn--, as the address bar gives it when copied",
            ),
            BadOrigin::Host => f.write_str("names no host; write it as the address bar gives it, for example https://shop.example"),
            BadOrigin::Port => f.write_str("has a wrong port; write a number from 1 to 65535, or none"),
        }
    }
}

#[cfg(test)]
mod tests;
