//! `Outside`: other people's servers, as the host reaches them. An `Answering` is the way back.

use super::promise::Tell;
use malipo_shell::platform::host::Answer;

/// A request to another's server.
#[derive(Debug, Clone)]
pub(crate) struct Sent {
    pub(crate) method: &'static str,
    pub(crate) url: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Sent {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// The path of its address.
    pub(crate) fn path(&self) -> &str {
        let rest = self.url.split_once("://").map_or("", |(_, rest)| rest);
        rest.find('/').map_or("/", |at| &rest[at..])
    }
}

/// How the answer comes back; dropped, the connection breaks.
pub(crate) type Answering = Tell<Answer>;

/// Whoever is outside.
pub(crate) trait Outside {
    /// A request is about to leave; a crash may stop it, or it is lost on its way.
    fn leaves(&self, _sent: &Sent) {}
    /// A request reaches its server.
    fn receives(&self, sent: Sent, answering: Answering);
}
