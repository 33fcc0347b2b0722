//! The page where no merchant can answer: a sentence in place of the API's error.

use super::fields::Fields;
use super::html;
use super::respond::as_page;
use super::visit::language;
use crate::config::NoConfig;
use crate::edge::merchant_of;
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::{Body, Incoming, Reply};
use malipo_shared::screens::spoken::fill;
use malipo_shared::screens::words::Word;

/// Answers below `/pay/` with the status of the API's own refusal.
pub(crate) fn answer(env: &Env, request: &Incoming, none: &NoConfig) -> Result<Reply> {
    let code = match none {
        NoConfig::UnknownLink => "NOT_FOUND",
        NoConfig::Wrong(_) | NoConfig::NotSetUp => "MISCONFIGURED",
        NoConfig::Unreached => "INTERNAL_ERROR",
    };
    let (query, _) = Fields::of_address(request.query());
    let language = language(request, &query);
    let message = fill(Word::TellTheShop.say(language), |_| code.to_owned());
    let html = html::unavailable(language, Word::OpenFailed.say(language), &message);
    let status = merchant_of::refuse(env, none)?.status;
    let page = as_page(Reply::of(status, Body::Text(html)));
    Ok(page.with("Content-Type", "text/html; charset=utf-8"))
}
