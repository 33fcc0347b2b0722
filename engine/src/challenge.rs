//! `Challenge`: what a page has its visitor's passkey sign, as it is read once it is opened. It is sealed, so nothing is kept of those that
//! nobody answers.

/// One challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// What it is for; it serves nothing else.
    pub act: Act,
    /// Whom it is about: the person who joins, and by which invitation; nothing for who signs in.
    pub subject: String,
    /// In Unix milliseconds.
    pub ends_at_ms: u64,
}

/// What a challenge is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// A person makes their first passkey.
    Join,
    /// Somebody signs in.
    SignIn,
}

/// So long it may be answered, in milliseconds.
pub const CHALLENGE_MS: u64 = 5 * 60_000;

impl Act {
    fn word(self) -> &'static str {
        match self {
            Act::Join => "join",
            Act::SignIn => "sign-in",
        }
    }
}

impl Challenge {
    /// What is sealed.
    pub fn encode(&self) -> String {
        format!("{} {} {}", self.act.word(), self.ends_at_ms, self.subject)
    }

    /// Reads what was sealed; none for another act's or one that is over.
    pub fn decode(text: &str, act: Act, now_ms: u64) -> Option<Challenge> {
        let (word, rest) = text.split_once(' ')?;
        let (ends_at_ms, subject) = rest.split_once(' ')?;
        let ends_at_ms = ends_at_ms.parse().ok()?;
        (word == act.word() && now_ms < ends_at_ms).then(|| Challenge {
            act,
            subject: subject.to_owned(),
            ends_at_ms,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_serves_its_own_act_until_it_is_over() {
        let challenge = Challenge {
            act: Act::Join,
            subject: "main:00ff a-token".to_owned(),
            ends_at_ms: 1_000,
        };
        let text = challenge.encode();
        assert_eq!(Challenge::decode(&text, Act::Join, 999), Some(challenge));
        assert_eq!(Challenge::decode(&text, Act::Join, 1_000), None);
        assert_eq!(Challenge::decode(&text, Act::SignIn, 0), None);
        assert_eq!(Challenge::decode("join 1000", Act::Join, 0), None);
    }
}
