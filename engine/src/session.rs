//! `Session`: who is signed in to the dashboard, as its cookie says once it is opened, and when a call may use it.

use core::fmt;
use malipo_shared::LinkId;
use sha2::{Digest as _, Sha256};

/// A person who has shown a passkey or an API key, or whom Cloudflare Access has let in.
#[derive(Clone, PartialEq, Eq)]
pub struct Session {
    /// `emulator`, `sandbox` or `production`.
    pub env: String,
    /// The merchant whose key it was, or the deployment's own.
    pub link: LinkId,
    /// What it stands by: with it the session ends.
    pub by: By,
    /// In Unix milliseconds.
    pub expires_at_ms: u64,
    /// Names this one session, so that signing out ends it and no other: random, and in no list but that of the ended ones.
    pub id: String,
}

/// What a session stands by.
#[derive(Clone, PartialEq, Eq)]
pub enum By {
    /// An API key: its [`key_hash`].
    Key(String),
    /// An application of Cloudflare Access: its [`crate::access::Access::mark`].
    Access(String),
    /// A person of the shop's: their id. A row of the desk stands behind it.
    Person(String),
}

/// Before an application's mark; no hash begins so.
const OF_ACCESS: &str = "access:";
/// Before a person's id; likewise.
const OF_PERSON: &str = "person:";

/// How long a session lasts at most, in milliseconds: a working day.
pub const SESSION_MS: u64 = 12 * 3600 * 1000;

/// What a session knows of its API key: SHA-256 in hex.
pub fn key_hash(key: &str) -> String {
    hex::encode(Sha256::digest(key.as_bytes()))
}

impl Session {
    /// What is sealed in the cookie.
    pub fn encode(&self) -> String {
        let (kind, by) = match &self.by {
            By::Key(hash) => ("", hash),
            By::Access(mark) => (OF_ACCESS, mark),
            By::Person(id) => (OF_PERSON, id),
        };
        format!(
            "{} {} {kind}{by} {} {}",
            self.env, self.link, self.expires_at_ms, self.id
        )
    }

    /// Reads what was sealed; none for another environment's or one that is over.
    pub fn decode(text: &str, env: &str, now_ms: u64) -> Option<Session> {
        let mut parts = text.split(' ');
        let session = Session {
            env: parts.next()?.to_owned(),
            link: LinkId::parse(parts.next()?).ok()?,
            by: By::decode(parts.next()?),
            expires_at_ms: parts.next()?.parse().ok()?,
            id: parts.next().filter(|id| !id.is_empty())?.to_owned(),
        };
        let is_good = session.env == env && now_ms < session.expires_at_ms;
        (is_good && parts.next().is_none()).then_some(session)
    }
}

impl By {
    fn decode(text: &str) -> By {
        if let Some(mark) = text.strip_prefix(OF_ACCESS) {
            return By::Access(mark.to_owned());
        }
        match text.strip_prefix(OF_PERSON) {
            Some(id) => By::Person(id.to_owned()),
            None => By::Key(text.to_owned()),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({}:{})", self.env, self.link)
    }
}

/// A cookie's value in the header `Cookie`.
pub fn cookie<'h>(header: &'h str, name: &str) -> Option<&'h str> {
    let mut cookies = header
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='));
    cookies
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

/// What a call with the cookie shows of where it comes from.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// Whether it only reads.
    pub only_reads: bool,
    /// The header `Origin`, where the browser sends one.
    pub origin: Option<&'a str>,
    /// Whether it has the dashboard's own header, which no form and no other site can send.
    pub has_header: bool,
    /// Where it was sent to: scheme and host.
    pub own_origin: &'a str,
}

impl Caller<'_> {
    /// Whether the call is the dashboard's own. The cookie is `SameSite=Strict`; this does not rely on it.
    pub fn is_dashboard(&self) -> bool {
        match self.origin {
            Some(origin) if origin != self.own_origin => false,
            // Browsers send `Origin` with every call that changes something.
            Some(_) => self.only_reads || self.has_header,
            None => self.only_reads,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session() -> Session {
        Session {
            env: "emulator".into(),
            link: LinkId::parse("main").unwrap(),
            by: By::Key(key_hash("a key")),
            expires_at_ms: 1_000,
            id: "5e55".into(),
        }
    }

    #[test]
    fn a_session_is_read_as_it_was_written_until_it_is_over() {
        let text = session().encode();
        assert_eq!(Session::decode(&text, "emulator", 999), Some(session()));
        assert_eq!(Session::decode(&text, "emulator", 1_000), None);
        assert_eq!(Session::decode(&text, "production", 1), None);
    }

    #[test]
    fn a_session_of_access_is_not_one_of_a_key() {
        let of_access = Session {
            by: By::Access(key_hash("a key")),
            ..session()
        };
        let read = Session::decode(&of_access.encode(), "emulator", 1);
        assert_eq!(read, Some(of_access));
        assert_ne!(read, Some(session()));
    }

    #[test]
    fn nothing_else_is_a_session() {
        let text = session().encode();
        for wrong in [
            String::new(),
            "emulator main".into(),
            format!("{text} more"),
            text.replace("main", "Main?"),
            text.replace("1000", "soon"),
            text.replace(" 5e55", ""), // nothing could end it
            text.replace("5e55", ""),
        ] {
            assert_eq!(Session::decode(&wrong, "emulator", 1), None, "{wrong}");
        }
    }

    #[test]
    fn a_key_is_not_told_by_its_session() {
        assert!(!session().encode().contains("a key"));
        assert_eq!(format!("{:?}", session()), "Session(emulator:main)");
    }

    #[test]
    fn a_cookie_is_found_among_others_by_its_whole_name() {
        let header = "theme=dark; xmalipo=1;malipo=a+b/c==; malipo2=3";
        assert_eq!(cookie(header, "malipo"), Some("a+b/c=="));
        assert_eq!(cookie(header, "lipo"), None);
        assert_eq!(cookie("", "malipo"), None);
    }

    #[test]
    fn another_site_cannot_use_the_cookie() {
        let own = Caller {
            only_reads: false,
            origin: Some("https://pay.example"),
            has_header: true,
            own_origin: "https://pay.example",
        };
        assert!(own.is_dashboard());
        for strange in [
            Caller {
                has_header: false,
                ..own
            },
            Caller {
                origin: None,
                ..own
            },
            Caller {
                origin: Some("https://evil.example"),
                ..own
            },
            Caller {
                origin: Some("null"),
                ..own
            },
            Caller {
                origin: Some("https://evil.example"),
                only_reads: true,
                ..own
            },
        ] {
            assert!(!strange.is_dashboard(), "{strange:?}");
        }
        // A download is a plain navigation: no header, no origin.
        let download = Caller {
            only_reads: true,
            origin: None,
            has_header: false,
            ..own
        };
        assert!(download.is_dashboard());
    }
}
