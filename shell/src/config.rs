//! `Config`: one merchant of a deployment, checked as a whole; every room above takes it. What is wrong is named, and nothing has a default
//! that could move money. The default merchant's settings are the deployment's variables, read once an isolate; or they stand with the
//! others' (`SHOP = "dashboard"`): `config/directory.rs`.

mod access;
mod callers;
mod daraja_env;
mod deployment;
mod directory;
pub(crate) mod directory_object;
mod pull;
mod reader;
mod sealed;
mod shop;
mod source;

pub(crate) use daraja_env::DarajaEnv;
pub(crate) use deployment::{Deployment, ShopSource};
pub(crate) use directory::{
    default_merchant, forget, is_left_in_the_dashboard, known_links, links, of_link, of_number,
};
pub(crate) use pull::Pull;
pub(crate) use sealed::{check, seal, unseal};
pub(crate) use shop::{C2b, Server};

use crate::platform::Env;
use crate::platform::host::Given;
use malipo_engine::daraja::Passkey;
use malipo_engine::master_key::Address;
use malipo_engine::order::{Item, OpenAmount, PriceList, faults};
use malipo_engine::origin;
use malipo_shared::{AccountReference, LinkId, Payee, Shortcode};
use reader::Reader;
use serde_json::{Map, Value};
use source::Settings;
pub(crate) use source::is_secret;
use std::cell::OnceCell;
use std::ops::Deref;
use std::rc::Rc;

/// A merchant with good settings, of a good deployment.
pub(crate) struct Config {
    deployment: Rc<Deployment>,
    pub(crate) link: LinkId,
    /// What stands before this merchant's paths: nothing for the default merchant, `/m/{link}` for the others.
    pub(crate) prefix: String,
    /// Whether new payments and pushes may begin. Those that are under way go on in any case.
    pub(crate) is_active: bool,
    pub(crate) consumer_key: String,
    pub(crate) consumer_secret: String,
    pub(crate) passkey: Passkey,
    pub(crate) origins: Vec<String>,
    pub(crate) payee: Payee,
    pub(crate) shop_name: String,
    pub(crate) shop_contact: String,
    pub(crate) price_list: PriceList,
    pub(crate) queries_per_minute: u64,
    pub(crate) server: Server,
    pub(crate) c2b: C2b,
    pub(crate) pull: Pull,
}

/// What is the deployment's is each merchant's too.
impl Deref for Config {
    type Target = Deployment;

    fn deref(&self) -> &Deployment {
        &self.deployment
    }
}

/// Why there is no configuration.
#[derive(Debug, Clone)]
pub(crate) enum NoConfig {
    /// Everything that is wrong with it, each with what to do.
    Wrong(Rc<[String]>),
    /// The deployment has no merchant of this link.
    UnknownLink,
    /// The default merchant's settings stand in the dashboard, and nobody has made them yet.
    NotSetUp,
    /// The merchant's settings cannot be reached, and were never read here.
    Unreached,
}

/// A configuration, or why there is none.
pub(crate) type Found = Result<Rc<Config>, NoConfig>;

/// What the environment says: the deployment, and where its variables are the default merchant's settings, that merchant. They never change
/// in an isolate.
struct Known {
    deployment: Result<Rc<Deployment>, NoConfig>,
    of_variables: Option<Rc<Config>>,
}

/// The deployment.
///
/// # Errors
/// All that is wrong with its variables, its default merchant's among them where they stand there.
pub(crate) fn deployment(env: &Env) -> Result<Rc<Deployment>, NoConfig> {
    known(env, |known| known.deployment.clone())
}

/// The default merchant's API key, where it is one of the deployment's variables.
pub(crate) fn api_key(env: &Env) -> Option<String> {
    of_variables(env)?.server.api_key.clone()
}

/// The default merchant, if its settings are the deployment's variables.
pub(crate) fn of_variables(env: &Env) -> Option<Rc<Config>> {
    known(env, |known| known.of_variables.clone())
}

fn known<T>(env: &Env, what: impl FnOnce(&Known) -> T) -> T {
    let kept = env.isolate().of::<OnceCell<Known>>();
    let kept = kept.borrow();
    what(kept.get_or_init(|| read(env)))
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
}

fn read(env: &Env) -> Known {
    let mut reader = Reader::new(env);
    let parts = reader.deployment();
    let (shop, left_over) = match parts.shop {
        ShopSource::Variables => {
            let shop = reader.shop(parts.env, parts.public_base_url.as_deref());
            (shop, Vec::new())
        }
        ShopSource::Dashboard => {
            let given = given(env);
            let (left_over, wrong) = given.keys().partition::<Vec<_>, _>(|name| is_secret(name));
            for name in wrong {
                reader.note(format!("{name} {BESIDE_THE_DASHBOARD}"));
            }
            (None, left_over.into_iter().cloned().collect())
        }
    };
    let deployment = match (parts.whole, reader.wrong) {
        (Some(whole), wrong) if wrong.is_empty() => Ok(Rc::new(Deployment { left_over, ..whole })),
        (_, wrong) => Err(NoConfig::Wrong(wrong.into())),
    };
    let of_variables = match &deployment {
        Ok(deployment) => shop.map(|shop| Rc::new(shop(deployment))),
        Err(_) => None,
    };
    Known {
        deployment,
        of_variables,
    }
}

/// There is one source of settings.
const BESIDE_THE_DASHBOARD: &str = "stands beside SHOP = \"dashboard\": take it out, the settings of this shop are in the dashboard";

/// The settings of a shop that stand among the deployment's variables and secrets, as a merchant's settings are written.
pub(crate) fn given(env: &Env) -> Map<String, Value> {
    let nothing = Map::new();
    let none = Settings::new(&nothing);
    Reader::new(&none).shop(None, None);
    let one = |name: String| {
        let value = match env.given(&name)? {
            Given::Text(text) => Value::String(text),
            Given::Json(text) => serde_json::from_slice(text.as_bytes()).ok()?,
        };
        Some((name, value))
    };
    let names = none.asked().into_iter().filter(|name| name != "LINK_ID");
    names.filter_map(one).collect()
}

impl Reader<'_> {
    /// Reads every part before giving up, so that all that is wrong is named at once; answers what makes a merchant of a good deployment.
    fn shop(
        &mut self,
        env: Option<DarajaEnv>,
        base_url: Option<&str>,
    ) -> Option<impl FnOnce(&Rc<Deployment>) -> Config + use<>> {
        let link = self.link();
        let consumer_key = self.secret("DARAJA_CONSUMER_KEY");
        let consumer_secret = self.secret("DARAJA_CONSUMER_SECRET");
        let passkey = self.secret("DARAJA_PASSKEY");
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
        let server = self.server(env, base_url);
        let c2b = self.c2b();
        let pull = self.pull();
        let origins = self.origins(env);
        let (link, payee, price_list) = (link?, payee?, price_list?);
        let (consumer_key, consumer_secret) = (consumer_key?, consumer_secret?);
        let passkey = Passkey::new(passkey?);
        let (shop_name, shop_contact) = (shop_name?, shop_contact?);
        Some(move |deployment: &Rc<Deployment>| Config {
            deployment: Rc::clone(deployment),
            prefix: deployment.prefix(&link),
            link,
            is_active: true,
            consumer_key,
            consumer_secret,
            passkey,
            origins,
            payee,
            shop_name,
            shop_contact,
            price_list,
            queries_per_minute: queries_per_minute.unwrap_or(deployment.env.queries_per_minute()),
            server,
            c2b,
            pull,
        })
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
