//! The page where no merchant can answer: a sentence in place of the API's error.

use super::fields::Fields;
use super::html;
use super::respond::headers;
use super::visit::language;
use crate::config::NoConfig;
use crate::edge::merchant_of;
use malipo_shared::screens::spoken::fill;
use malipo_shared::screens::words::Word;
use worker::{Request, Response, Result};

/// Answers below `/pay/` with the status of the API's own refusal.
pub(crate) fn answer(request: &Request, none: &NoConfig) -> Result<Response> {
    let code = match none {
        NoConfig::UnknownLink => "NOT_FOUND",
        NoConfig::Wrong(_) => "MISCONFIGURED",
        NoConfig::Unreached => "INTERNAL_ERROR",
    };
    let url = request.inner().url();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let (query, _) = Fields::of_address(query);
    let language = language(request, &query);
    let message = fill(Word::TellTheShop.say(language), |_| code.to_owned());
    let html = html::unavailable(language, Word::OpenFailed.say(language), &message);
    let headers = headers()?;
    headers.set("Content-Type", "text/html; charset=utf-8")?;
    let status = merchant_of::refuse(none)?.status_code();
    Ok(Response::ok(html)?
        .with_status(status)
        .with_headers(headers))
}
