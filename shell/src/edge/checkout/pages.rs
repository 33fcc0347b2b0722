//! The plain pages: the checkout without WASM and without JavaScript, by forms. Their addresses are the shop's payment links too:
//! `/pay/{item}` (or `/pay/?item=…`), `/pay/?order=…`, `/pay/?amount=…`, and `/pay/`, which asks for the amount; a payment under way is
//! `/pay/p/{id}`.

mod amount;
mod entry;
mod fields;
mod html;
mod respond;
mod status;
mod unavailable;
mod visit;

pub(crate) use unavailable::answer as unavailable;

use crate::config::Config;
use crate::edge::rate_limit;
use crate::edge::request::{BODY_BYTES_MAX, quota_of, read_body};
use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::http::{Incoming, Method, Reply};
use crate::platform::reply;
use fields::Fields;
use malipo_shared::api::{ApiError, ErrorCode};
use visit::{Sent, Visit, language};

/// Answers below `/pay/`.
pub(crate) async fn answer(
    request: &mut Incoming,
    env: &Env,
    config: &Config,
    path: &str,
) -> Result<Reply> {
    let url = request.url.clone();
    let (query, checked) = Fields::of_address(url.split_once('?').map_or("", |(_, query)| query));
    let segments: Vec<&str> = path.split('/').skip(2).collect();
    let item = match segments.as_slice() {
        [item] if !item.is_empty() => Some(*item),
        _ => query.text("item"),
    };
    let whole = format!("{}{path}", config.prefix);
    let visit = Visit {
        env,
        config,
        path: &whole,
        language: language(request, &query),
        item: item.map(str::to_owned),
        query,
    };
    let is_post = request.method == Method::Post;
    if !is_post && request.method != Method::Get {
        return reply::method_not_allowed("GET, POST");
    }
    if let Err(error) = checked {
        return visit.refused(error);
    }
    let sent = if is_post {
        match admitted(request, env, config).await {
            Ok(sent) => Some(sent),
            Err(error) => return visit.refused(error),
        }
    } else {
        None
    };
    match segments.as_slice() {
        ["p", id] => status::answer(&visit, id, sent).await,
        [_] => entry::answer(&visit, visit.item.as_deref().unwrap_or_default(), sent).await,
        _ => reply::not_found(),
    }
}

/// A form of another site's may not make phones ring in its visitors' names.
async fn admitted(
    request: &mut Incoming,
    env: &Env,
    config: &Config,
) -> core::result::Result<Sent, ApiError> {
    let origin = request.header("Origin");
    if origin.is_some_and(|origin| origin != config.public_base_url) {
        let message = "This form was sent from another site. Open the page itself and pay there.";
        return Err(ApiError::new(ErrorCode::OriginNotAllowed, message));
    }
    rate_limit::check_post(request, env, config).await?;
    let quota = quota_of(request, config, &config.link);
    let bytes = read_body(request, BODY_BYTES_MAX).await?;
    let fields = Fields::of_form(&String::from_utf8_lossy(&bytes))?;
    Ok(Sent { fields, quota })
}
