//! `Config`: a deployment and one merchant of it, checked as a whole; every room above takes it. What is wrong is named, and nothing has a
//! default that could move money. The default merchant, that of the variables, is read once an isolate; the others' settings:
//! `config/directory.rs`.

mod access;
mod daraja_env;
mod directory;
pub(crate) mod directory_object;
mod pull;
mod reader;
mod sealed;
mod shop;
mod source;

pub(crate) use daraja_env::DarajaEnv;
pub(crate) use directory::{forget, known_links, links, of_link, of_number};
pub(crate) use pull::Pull;
pub(crate) use sealed::{check, seal, unseal};
pub(crate) use shop::{C2b, Callers, Server};

use crate::platform::Env;
use malipo_engine::access::Access;
use malipo_engine::daraja::Passkey;
use malipo_engine::eat::DAY_MS;
use malipo_engine::master_key::{Address, MasterKey};
use malipo_engine::order::{Item, OpenAmount, PriceList, faults};
use malipo_engine::origin;
use malipo_shared::{AccountReference, LinkId, Payee, Shortcode};
use reader::Reader;
use std::cell::OnceCell;
use std::rc::Rc;

/// A good configuration.
pub(crate) struct Config {
    pub(crate) env: DarajaEnv,
    pub(crate) public_base_url: String,
    pub(crate) daraja_base_url: String,
    pub(crate) relay_token: Option<String>,
    pub(crate) consumer_key: String,
    pub(crate) consumer_secret: String,
    pub(crate) passkey: Passkey,
    pub(crate) master_key: MasterKey,
    pub(crate) origins: Vec<String>,
    pub(crate) link: LinkId,
    /// What stands before this merchant's paths: nothing for the default merchant, `/m/{link}` for the others.
    pub(crate) prefix: String,
    /// Whether new payments and pushes may begin. Those that are under way go on in any case.
    pub(crate) is_active: bool,
    pub(crate) payee: Payee,
    pub(crate) shop_name: String,
    pub(crate) shop_contact: String,
    pub(crate) price_list: PriceList,
    pub(crate) queries_per_minute: u64,
    pub(crate) prompts: PromptLimits,
    /// Whether floods from one address are turned away before any object is addressed.
    pub(crate) sheds_floods: bool,
    /// Cloudflare Access before the dashboard. The deployment's.
    pub(crate) access: Option<Access>,
    pub(crate) server: Server,
    pub(crate) c2b: C2b,
    pub(crate) callers: Callers,
    pub(crate) pull: Pull,
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

/// A quarter of a year: statements are reconciled, disputes and refunds are over, the shop was told for a month.
const FORGET_AFTER_DAYS: u64 = 90;

/// Why there is no configuration.
#[derive(Debug, Clone)]
pub(crate) enum NoConfig {
    /// Everything that is wrong with it, each with what to do.
    Wrong(Rc<[String]>),
    /// The deployment has no merchant of this link.
    UnknownLink,
    /// The merchant's settings cannot be reached, and were never read here.
    Unreached,
}

/// A configuration, or why there is none.
pub(crate) type Found = Result<Rc<Config>, NoConfig>;

/// The deployment with its default merchant, that of its variables. They never change in an isolate.
pub(crate) fn default_merchant(env: &Env) -> Found {
    let kept = env.isolate().of::<OnceCell<Found>>();
    let kept = kept.borrow();
    kept.get_or_init(|| read(env).map(Rc::new)).clone()
}

impl Config {
    /// The numbers that name this merchant to M-PESA: each belongs to one link.
    pub(crate) fn numbers(&self) -> Vec<&str> {
        match &self.payee {
            Payee::PayBill { shortcode } => vec![shortcode.as_str()],
            Payee::Till { store, till } if store == till => vec![till.as_str()],
            Payee::Till { store, till } => vec![store.as_str(), till.as_str()],
        }
    }

    /// The payment of a reference.
    pub(crate) fn address(&self, reference: AccountReference) -> Address {
        Address {
            env: self.env.as_str().to_owned(),
            link: self.link.clone(),
            reference,
        }
    }

    /// Whether real money moves.
    pub(crate) fn is_live(&self) -> bool {
        self.env == DarajaEnv::Production
    }
}

fn read(env: &Env) -> Result<Config, NoConfig> {
    let mut reader = Reader::new(env);
    let config = reader.config();
    match (config, reader.wrong) {
        (Some(config), wrong) if wrong.is_empty() => Ok(config),
        (_, wrong) => Err(NoConfig::Wrong(wrong.into())),
    }
}

impl Reader<'_> {
    /// Reads every part before giving up, so that all that is wrong is named at once.
    fn config(&mut self) -> Option<Config> {
        let env = self.daraja_env();
        let public_base_url = self.public_base_url(env);
        let daraja_base_url = self.daraja_base_url(env);
        let consumer_key = self.secret("DARAJA_CONSUMER_KEY");
        let consumer_secret = self.secret("DARAJA_CONSUMER_SECRET");
        let passkey = self.secret("DARAJA_PASSKEY");
        let master_key = self.master_key();
        let link = self
            .optional("LINK_ID")
            .unwrap_or_else(|| "main".to_owned());
        let link = LinkId::parse(&link)
            .map_err(|why| self.note(format!("LINK_ID {why}")))
            .ok();
        let payee = self.payee();
        let shop_name = self.required("SHOP_NAME", "the shop's name, as customers know it");
        let shop_contact = self.required(
            "SHOP_CONTACT",
            "how customers reach the shop when something goes wrong",
        );
        for (name, text) in [("SHOP_NAME", &shop_name), ("SHOP_CONTACT", &shop_contact)] {
            self.is_read(name, text.as_deref().unwrap_or(""));
        }
        let price_list = self.price_list();
        let queries_per_minute = self.whole("DARAJA_QUERIES_PER_MINUTE", 1..=6000);
        let prompts = self.prompts(env);
        let sheds_floods = self.one_of("SHED_FLOODS", &["on", "off"]);
        let server = self.server(env, public_base_url.as_deref());
        let access = self.access(env);
        let c2b = self.c2b();
        let callers = self.callers(env);
        let pull = self.pull();
        let forget_after_days = self.whole("FORGET_PHONES_AFTER_DAYS", 0..=3650);
        let origins = self.origins(env);
        Some(Config {
            env: env?,
            public_base_url: public_base_url?,
            daraja_base_url: daraja_base_url?,
            relay_token: self.optional("DARAJA_RELAY_TOKEN"),
            consumer_key: consumer_key?,
            consumer_secret: consumer_secret?,
            passkey: Passkey::new(passkey?),
            master_key: master_key?,
            origins,
            link: link?,
            prefix: String::new(),
            is_active: true,
            payee: payee?,
            shop_name: shop_name?,
            shop_contact: shop_contact?,
            price_list: price_list?,
            queries_per_minute: queries_per_minute.unwrap_or(env?.queries_per_minute()),
            prompts,
            sheds_floods: sheds_floods.map_or(env? != DarajaEnv::Emulator, |word| word == "on"),
            access,
            server,
            c2b,
            callers,
            pull,
            forget_after_ms: forget_after_days.unwrap_or(FORGET_AFTER_DAYS) * DAY_MS,
        })
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

    /// The pages that may embed the checkout, as browsers name them.
    fn origins(&mut self, env: Option<DarajaEnv>) -> Vec<String> {
        const NAME: &str = "MERCHANT_ORIGINS";
        let given = self.optional(NAME).unwrap_or_default();
        let (origins, wrong) = origin::origins(&given, env == Some(DarajaEnv::Emulator));
        for what in wrong {
            self.note(format!("{NAME}: {what}"));
        }
        origins
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

    fn payee(&mut self) -> Option<Payee> {
        let pay_bill = self.shortcode("PAYBILL");
        let store = self.shortcode("TILL_STORE");
        let till = self.shortcode("TILL_NUMBER");
        match (pay_bill, store, till) {
            (Some(shortcode), None, None) => Some(Payee::PayBill { shortcode }),
            (None, Some(store), Some(till)) => Some(Payee::Till { store, till }),
            _ => {
                self.note("give either PAYBILL, or both TILL_STORE (the store or head office number) and TILL_NUMBER".to_owned());
                None
            }
        }
    }

    fn shortcode(&mut self, name: &str) -> Option<Shortcode> {
        let text = self.optional(name)?;
        Shortcode::parse(&text)
            .map_err(|why| self.note(format!("{name}: {why}")))
            .ok()
    }

    fn price_list(&mut self) -> Option<PriceList> {
        let items: Vec<Item> = self.structured("ITEMS")?.unwrap_or_default();
        let open: Option<OpenAmount> = self.structured("OPEN_AMOUNT")?;
        for what in faults(&items) {
            self.note(what);
        }
        if let Some(open) = &open
            && open.min_kes > open.max_kes
        {
            self.note("OPEN_AMOUNT: min_kes is above max_kes".to_owned());
        }
        if items.is_empty() && open.is_none() {
            self.note("nothing can be paid: give ITEMS, a price list, or OPEN_AMOUNT".to_owned());
        }
        let open_description = self
            .optional("OPEN_DESCRIPTION")
            .unwrap_or_else(|| "Payment".to_owned());
        for item in &items {
            self.is_read(&format!("ITEMS: `{}`", item.id), &item.description);
        }
        self.is_read("OPEN_DESCRIPTION", &open_description);
        Some(PriceList {
            items,
            open_amount: open,
            open_description,
        })
    }
}
