//! `Deployment`: what holds for all merchants, from its environment alone: where it is reached, its keys and limits, and where the default
//! merchant's settings stand. It is read once an isolate and waits for nobody.

use super::callers::Callers;
use super::daraja_env::DarajaEnv;
use super::reader::Reader;
use malipo_engine::access::Access;
use malipo_engine::eat::DAY_MS;
use malipo_engine::master_key::MasterKey;
use malipo_engine::origin;
use malipo_shared::LinkId;

/// A good one.
pub(crate) struct Deployment {
    pub(crate) env: DarajaEnv,
    pub(crate) public_base_url: String,
    pub(crate) daraja_base_url: String,
    pub(crate) relay_token: Option<String>,
    pub(crate) master_key: MasterKey,
    /// Opens the routes that make merchants and their keys; 32 characters or more.
    pub(crate) admin_key: Option<String>,
    /// The default merchant's name in addresses.
    pub(crate) default_link: LinkId,
    pub(crate) shop: ShopSource,
    /// Secrets of the shop that stand beside `SHOP = "dashboard"` and are not read: they cannot go with the deploy that brings that line.
    pub(crate) left_over: Vec<String>,
    pub(crate) prompts: PromptLimits,
    /// Whether floods from one address are turned away before any object is addressed.
    pub(crate) sheds_floods: bool,
    /// Cloudflare Access before the dashboard.
    pub(crate) access: Option<Access>,
    pub(crate) callers: Callers,
    /// How long a customer is remembered after a payment has ended, in milliseconds.
    pub(crate) forget_after_ms: u64,
}

/// How many prompts strangers can cause.
pub(crate) struct PromptLimits {
    /// Unanswered ones from one address in an hour.
    pub(crate) per_address_per_hour: u32,
    /// Unanswered ones to one number, before its pause.
    pub(crate) per_number: u32,
    /// The pause, in milliseconds.
    pub(crate) pause_ms: u64,
}

/// Where the default merchant's settings stand: all of them in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ShopSource {
    /// In the deployment's variables and secrets.
    Variables,
    /// In the `MerchantsObject`, as every other merchant's: `SHOP = "dashboard"`.
    Dashboard,
}

/// A quarter of a year: statements are reconciled, disputes and refunds are over, the shop was told for a month.
const FORGET_AFTER_DAYS: u64 = 90;

/// What was read of a deployment: a merchant's settings are judged by the first two, even where the whole is wrong.
pub(super) struct Parts {
    pub(super) env: Option<DarajaEnv>,
    pub(super) public_base_url: Option<String>,
    pub(super) shop: ShopSource,
    pub(super) whole: Option<Deployment>,
}

impl Deployment {
    /// What stands before this merchant's paths.
    pub(crate) fn prefix(&self, link: &LinkId) -> String {
        match *link == self.default_link {
            true => String::new(),
            false => format!("/m/{link}"),
        }
    }

    /// Whether real money moves.
    pub(crate) fn is_live(&self) -> bool {
        self.env == DarajaEnv::Production
    }
}

impl Reader<'_> {
    /// Reads every part before giving up, so that all that is wrong is named at once.
    pub(super) fn deployment(&mut self) -> Parts {
        let env = self.daraja_env();
        let public_base_url = self.public_base_url(env);
        let daraja_base_url = self.daraja_base_url(env);
        let master_key = self.master_key();
        let default_link = self.link();
        let shop = match self.one_of("SHOP", &["dashboard"]) {
            Some(_) => ShopSource::Dashboard,
            None => ShopSource::Variables,
        };
        let prompts = self.prompts(env);
        let sheds_floods = self.one_of("SHED_FLOODS", &["on", "off"]);
        let access = self.access(env);
        let callers = self.callers(env);
        let forget_after_days = self.whole("FORGET_PHONES_AFTER_DAYS", 0..=3650);
        let admin_key = self.long_key("ADMIN_KEY");
        let relay_token = self.optional("DARAJA_RELAY_TOKEN");
        let whole = || {
            Some(Deployment {
                env: env?,
                public_base_url: public_base_url.clone()?,
                daraja_base_url: daraja_base_url?,
                relay_token,
                master_key: master_key?,
                admin_key,
                default_link: default_link?,
                shop,
                left_over: Vec::new(),
                prompts,
                sheds_floods: sheds_floods.map_or(env? != DarajaEnv::Emulator, |word| word == "on"),
                access,
                callers,
                forget_after_ms: forget_after_days.unwrap_or(FORGET_AFTER_DAYS) * DAY_MS,
            })
        };
        let whole = whole();
        Parts {
            env,
            public_base_url,
            shop,
            whole,
        }
    }

    /// The merchant's name in addresses.
    pub(super) fn link(&mut self) -> Option<LinkId> {
        let link = self.optional("LINK_ID");
        let link = link.unwrap_or_else(|| "main".to_owned());
        LinkId::parse(&link)
            .map_err(|why| self.note(format!("LINK_ID {why}")))
            .ok()
    }

    fn prompts(&mut self, env: Option<DarajaEnv>) -> PromptLimits {
        let env = env.unwrap_or(DarajaEnv::Production);
        let per_address_per_hour = self.whole("PROMPTS_PER_ADDRESS_PER_HOUR", 1..=100_000);
        PromptLimits {
            per_address_per_hour: per_address_per_hour
                .and_then(|count| u32::try_from(count).ok())
                .unwrap_or(env.prompts_per_address_per_hour()),
            per_number: self
                .whole("PROMPTS_PER_NUMBER", 1..=100)
                .and_then(|count| u32::try_from(count).ok())
                .unwrap_or(2),
            pause_ms: self.whole("PROMPT_PAUSE_SECS", 1..=86_400).unwrap_or(600) * 1000,
        }
    }

    fn daraja_env(&mut self) -> Option<DarajaEnv> {
        let text = self.required("DARAJA_ENV", "emulator, sandbox or production")?;
        let known = [
            DarajaEnv::Emulator,
            DarajaEnv::Sandbox,
            DarajaEnv::Production,
        ]
        .into_iter()
        .find(|e| e.as_str() == text);
        if known.is_none() {
            self.note(format!(
                "DARAJA_ENV is `{text}`; it must be emulator, sandbox or production"
            ));
        }
        known
    }

    fn public_base_url(&mut self, env: Option<DarajaEnv>) -> Option<String> {
        let what = "the address at which this Worker is reached";
        let text = self.required("PUBLIC_BASE_URL", what)?;
        origin::base_url(&text, env == Some(DarajaEnv::Emulator))
            .map_err(|why| self.note(format!("PUBLIC_BASE_URL: {why}")))
            .ok()
    }

    fn daraja_base_url(&mut self, env: Option<DarajaEnv>) -> Option<String> {
        let given = self
            .optional("DARAJA_BASE_URL")
            .map(|url| url.trim_end_matches('/').to_owned());
        let url = given.or_else(|| env?.base_url().map(str::to_owned));
        match (&url, env) {
            (None, Some(DarajaEnv::Emulator)) => {
                self.note("DARAJA_BASE_URL is missing: the emulator's address".to_owned())
            }
            (Some(url), Some(DarajaEnv::Sandbox | DarajaEnv::Production))
                if !url.starts_with("https://") =>
            {
                self.note(
                    "DARAJA_BASE_URL must begin with https://: it is sent your credentials"
                        .to_owned(),
                );
            }
            (Some(url), Some(env)) if env.is_anothers(url) => self.note(format!(
                "DARAJA_BASE_URL is another environment's than DARAJA_ENV, {}: leave it out",
                env.as_str()
            )),
            _ => {}
        }
        url
    }

    fn master_key(&mut self) -> Option<MasterKey> {
        use base64::Engine as _;
        let decode = |text: String| {
            base64::engine::general_purpose::STANDARD
                .decode(text)
                .ok()
                .filter(|bytes| bytes.len() >= 32)
        };
        let current = self.secret("MASTER_KEY").map(decode);
        let previous = self.optional_secret("MASTER_KEY_PREVIOUS").map(decode);
        for (name, bytes) in [("MASTER_KEY", &current), ("MASTER_KEY_PREVIOUS", &previous)] {
            if *bytes == Some(None) {
                self.note(format!(
                    "{name} must be 32 random bytes or more in base64: `openssl rand -base64 32`"
                ));
            }
        }
        let key = MasterKey::new(&current??)?;
        match previous.flatten() {
            Some(bytes) => key.with_previous(&bytes),
            None => Some(key),
        }
    }
}
