//! `DarajaEnv`: which Daraja a deployment talks to (the emulator, Safaricom's sandbox or production), and what differs by it.

/// Which Daraja.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DarajaEnv {
    Emulator,
    Sandbox,
    Production,
}

impl DarajaEnv {
    /// The word in names and addresses.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            DarajaEnv::Emulator => "emulator",
            DarajaEnv::Sandbox => "sandbox",
            DarajaEnv::Production => "production",
        }
    }

    pub(super) fn base_url(self) -> Option<&'static str> {
        match self {
            DarajaEnv::Emulator => None,
            DarajaEnv::Sandbox => Some("https://sandbox.safaricom.co.ke"),
            DarajaEnv::Production => Some("https://api.safaricom.co.ke"),
        }
    }

    /// Whether Safaricom has another environment at this address.
    pub(super) fn is_anothers(self, url: &str) -> bool {
        let all = [DarajaEnv::Sandbox, DarajaEnv::Production];
        let mut others = all.into_iter().filter(|other| *other != self);
        others.any(|other| other.base_url() == Some(url))
    }

    /// Sandbox: measured at 5 a minute. Production's limit is not published.
    pub(super) fn queries_per_minute(self) -> u64 {
        match self {
            DarajaEnv::Emulator => 600,
            DarajaEnv::Sandbox => 5,
            DarajaEnv::Production => 30,
        }
    }

    /// Tests make all their prompts from one address.
    pub(super) fn prompts_per_address_per_hour(self) -> u32 {
        match self {
            DarajaEnv::Emulator => 1000,
            DarajaEnv::Sandbox | DarajaEnv::Production => 20,
        }
    }
}
