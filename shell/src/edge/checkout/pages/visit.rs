//! `Visit`: what a page was asked, by whom and in which language; what an address has to remember between pages; and what a form sent.

use super::fields::{self, Fields};
use crate::config::Config;
use crate::edge::checkout::payment_calls::fresh_key;
use crate::platform::Env;
use crate::platform::http::Incoming;
use malipo_engine::body::wrong;
use malipo_engine::thanks;
use malipo_shared::IdempotencyKey;
use malipo_shared::api::ApiError;
use malipo_shared::sentences::Language;

/// What a page is asked, whichever it is.
pub(super) struct Visit<'a> {
    pub(super) env: &'a Env,
    pub(super) config: &'a Config,
    /// As browsers see it: with the merchant before it.
    pub(super) path: &'a str,
    pub(super) query: Fields,
    pub(super) language: Language,
    /// The item that is paid, where that is known: another payment of it may begin.
    pub(super) item: Option<String>,
}

/// What a form has sent, and the quota of who sent it.
pub(super) struct Sent {
    pub(super) fields: Fields,
    pub(super) quota: Option<String>,
}

impl Visit<'_> {
    /// A path with what has to be remembered between pages: the language, and from where the customer came.
    pub(super) fn link(&self, path: &str, pane: &str) -> String {
        let language = code(self.language);
        let mut link = format!("{path}?lang={language}");
        if !pane.is_empty() {
            link += &format!("&pane={pane}");
        }
        if let Some(item) = &self.item {
            link += &format!("&item={}", fields::encoded(item));
        }
        if let Some(thanks) = self.query.text("thanks") {
            link += &format!("&thanks={}", fields::encoded(thanks));
        }
        link
    }

    /// The shop's own page to which a paid payment leads on, where the address names one.
    pub(super) fn thanks(&self, id: &str) -> Option<String> {
        let config = self.config;
        let pages = config.origins.iter().map(String::as_str);
        let own = pages.chain([config.public_base_url.as_str()]);
        thanks::page(self.query.text("thanks")?, own, id)
    }
}

/// What was chosen, then what the browser prefers.
pub(super) fn language(request: &Incoming, query: &Fields) -> Language {
    let preferred = request.header("Accept-Language");
    let chosen = query.text("lang").map(str::to_owned).or(preferred);
    match chosen.is_some_and(|language| language.to_ascii_lowercase().starts_with("sw")) {
        true => Language::Sw,
        false => Language::En,
    }
}

/// The code of a language in pages and addresses.
pub(super) fn code(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Sw => "sw",
    }
}

/// The key of a form: sent twice it asks once. A form without one asks each time.
pub(super) fn key_of(env: &Env, sent: &Sent) -> core::result::Result<IdempotencyKey, ApiError> {
    let Some(key) = sent.fields.text("key") else {
        return fresh_key(env);
    };
    IdempotencyKey::parse(key).map_err(|why| wrong("key", &why.to_string()))
}
