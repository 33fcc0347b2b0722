//! What the browser may call: ask for the price, open a payment, watch it, ask for another push.

mod body;
mod quote;

pub(crate) use body::{fields as read_fields, read as read_body, read_cut};
pub(crate) use quote::as_it_would_be;

use crate::calls;
use crate::calls::payment::{PaymentCall, ToPayment};
use crate::config::{Config, NoConfig};
use crate::floods;
use crate::platform::log::{
    self,
    Told::{Payment, Why},
    What,
};
use crate::platform::{self, reply};
use crate::whose;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use malipo_engine::body::{unknown, wrong};
use malipo_engine::http::allow;
use malipo_engine::names::{Address, signed_reference};
use malipo_engine::order::{Order, note as price_note};
use malipo_engine::payment::{Ask, rules};
use malipo_engine::signed_order::{Audience, SignedOrder};
use malipo_shared::api::{ApiError, AskPush, ErrorCode, OpenPayment};
use malipo_shared::{AccountReference, IdempotencyKey, MpesaReceipt, Msisdn, PaymentId, text};
use worker::{Env, Method, Request, Response, Result};

/// Larger than any good request of a browser.
pub(crate) const BODY_BYTES_MAX: usize = 16 * 1024;
/// The longest that a status request is held.
const WAIT_SECS_MAX: u64 = 25;

/// Answers below `/v1/`, with the headers that let the page read it: the merchant's, and any other the error that says why it
/// is refused.
pub(crate) async fn answer(
    request: &mut Request,
    env: &Env,
    config: &Config,
    path: &str,
) -> Result<Response> {
    let origin = request.headers().get("Origin")?;
    let stranger = origin.as_ref().filter(|origin| !is_allowed(config, origin));
    // A preflight says nothing of the shop. Refused, it would keep from the page why the request itself is.
    let response = if request.method() == Method::Options {
        preflight(path)
    } else if let Some(origin) = stranger {
        let message = format!(
            "This page's address {origin} is not in MERCHANT_ORIGINS of the merchant `{}`: add it there.",
            config.link
        );
        reply::error(ApiError::new(ErrorCode::OriginNotAllowed, message))
    } else {
        match admit(request, env, config).await {
            Ok(()) => route(request, env, config, path).await,
            Err(error) => reply::error(error),
        }
    };
    let response = response.or_else(|why| reply::unforeseen("a call of the browser", &why))?;
    reply::for_origin(response, origin.as_deref())
}

/// What a page reads where there is no merchant to answer it: why, whichever page it is. Nothing of a shop is in it.
pub(crate) fn refuse(request: &Request, path: &str, none: &NoConfig) -> Result<Response> {
    let response = if request.method() == Method::Options {
        preflight(path)
    } else {
        whose::refuse(none)
    };
    reply::for_origin(response?, request.headers().get("Origin")?.as_deref())
}

fn is_allowed(config: &Config, origin: &str) -> bool {
    origin == config.public_base_url || config.origins.iter().any(|allowed| allowed == origin)
}

/// Reading is cheap and held requests are asked again; only posts are counted.
pub(crate) async fn admit(
    request: &Request,
    env: &Env,
    config: &Config,
) -> core::result::Result<(), ApiError> {
    if request.method() == Method::Post {
        floods::check(env, config, quota_of(request, config)).await
    } else {
        Ok(())
    }
}

/// The methods of a path here, as far as they differ by path; none for a path that nobody has.
fn methods(path: &str) -> Option<&'static str> {
    let segments: Vec<&str> = path.split('/').skip(2).collect();
    match segments.as_slice() {
        ["payments"] | ["payments", _, "attempts" | "receipts"] => Some("POST, OPTIONS"),
        ["payments", _] | ["quote"] => Some("GET, OPTIONS"),
        _ => None,
    }
}

fn preflight(path: &str) -> Result<Response> {
    let Some(methods) = methods(path).map(allow) else {
        return reply::not_found();
    };
    let response = Response::empty()?.with_status(204);
    let headers = response.headers().clone();
    headers.set("Allow", &methods)?;
    headers.set("Access-Control-Allow-Methods", &methods)?;
    headers.set("Access-Control-Allow-Headers", "content-type")?;
    headers.set("Access-Control-Max-Age", "86400")?;
    Ok(response.with_headers(headers))
}

async fn route(request: &mut Request, env: &Env, config: &Config, path: &str) -> Result<Response> {
    let segments: Vec<&str> = path.split('/').skip(2).collect();
    if let Err(error) = know_parameters(request, &segments) {
        return reply::error(error);
    }
    let outcome = match (segments.as_slice(), request.method()) {
        (["quote"], Method::Get) => return quote::answer(request, env, config).await,
        (["payments"], Method::Post) => open(request, config).await,
        (["payments", id], Method::Get) => read(request, config, id),
        (["payments", id, "attempts"], Method::Post) => push(request, config, id).await,
        (["payments", id, "receipts"], Method::Post) => type_receipt(request, config, id).await,
        _ => match methods(path) {
            Some(methods) => return reply::method_not_allowed(methods),
            None => return reply::not_found(),
        },
    };
    match outcome {
        Ok((address, what)) => call(env, &address, what).await,
        Err(error) => reply::error(error),
    }
}

/// Refuses a parameter that nothing here reads: what was meant by it would be passed over. `_` is for caches in between: it
/// makes each question's address its own.
fn know_parameters(request: &Request, segments: &[&str]) -> core::result::Result<(), ApiError> {
    let known: &[&str] = match segments {
        ["quote"] => quote::PARAMETERS,
        ["payments", _] => &["after", "wait", "_"],
        ["payments"] | ["payments", _, "attempts"] => &["wait", "_"],
        _ => &["_"],
    };
    let url = request.inner().url();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let names = query.split('&').filter(|pair| !pair.is_empty());
    let mut names = names.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    match names.find(|name| !known.contains(name)) {
        Some(name) => Err(unknown(&text::shown(name), known)),
        None => Ok(()),
    }
}

/// Which payment is asked for what.
pub(crate) type Call = core::result::Result<(Address, PaymentCall), ApiError>;

async fn open(request: &mut Request, config: &Config) -> Call {
    let bytes = body::read(request, BODY_BYTES_MAX).await?;
    let mut call = opening(
        config,
        body::open_payment(&bytes)?,
        quota_of(request, config),
    )?;
    let held_ms = wait_ms(request)?;
    if let PaymentCall::Open { wait_ms, .. } = &mut call.1 {
        *wait_ms = held_ms;
    }
    Ok(call)
}

/// Opens a payment or finds it; `quota` is the client address's.
pub(crate) fn opening(config: &Config, ask: OpenPayment, quota: Option<String>) -> Call {
    let phone = ask.phone.as_deref().map(msisdn).transpose()?;
    let (order, reference, expires_at_ms) = priced(config, &ask)?;
    let address = config.address(reference);
    // What the browser asked for, whatever the spacing of its JSON.
    let meant = serde_json::to_vec(&ask).map_err(|_| reply::internal())?;
    let what = PaymentCall::Open {
        order,
        ask: Ask::new(ask.key, &meant),
        phone,
        expect_kes: ask.expect_kes,
        expires_at_ms,
        wait_ms: 0,
        quota,
    };
    Ok((address, what))
}

type Priced = core::result::Result<(Order, AccountReference, u64), ApiError>;

/// What is asked to be paid: its price, its account reference, and until when it may be paid.
///
/// # Errors
/// What is wrong with the order, the item or the amount.
pub(crate) fn priced(config: &Config, ask: &OpenPayment) -> Priced {
    match &ask.order {
        Some(token) => signed(config, token, ask),
        None => unsigned(config, ask),
    }
}

/// An order whose price the shop's server has signed: its reference finds it from any device.
fn signed(config: &Config, token: &str, ask: &OpenPayment) -> Priced {
    if ask.item.is_some() || ask.amount.is_some() {
        let message = "A signed order has its own price: give no item and no amount.";
        return Err(ApiError::at(ErrorCode::ValidationError, "order", message));
    }
    let no_secret = || {
        let message = "This shop takes no signed orders. Its operator sets ORDER_SECRET.";
        ApiError::at(ErrorCode::InvalidOrder, "order", message)
    };
    let secrets = config.server.order_secrets.as_ref().ok_or_else(no_secret)?;
    let audience = Audience {
        env: config.env.as_str(),
        link: &config.link,
    };
    let signed = SignedOrder::verify(token, secrets, &audience, platform::now_ms())?;
    let reference =
        signed_reference(&config.link, &signed.reference).ok_or_else(reply::internal)?;
    let expires_at_ms = signed.expires_at_ms;
    let note = price_note(ask)?;
    Ok((signed.into_order(note), reference, expires_at_ms))
}

/// An item of the price list or an open amount: only the same browser key finds it again.
fn unsigned(config: &Config, ask: &OpenPayment) -> Priced {
    let order = config.price_list.price(ask)?;
    let reference = config
        .master_key
        .reference_for_key(&config.link, &ask.key)
        .ok_or_else(reply::internal)?;
    Ok((
        order,
        reference,
        platform::now_ms() + rules::UNSIGNED_ORDER_MS,
    ))
}

async fn type_receipt(request: &mut Request, config: &Config, id: &str) -> Call {
    let address = address_of(config, id)?;
    let bytes = body::read(request, BODY_BYTES_MAX).await?;
    let typed = body::type_receipt(&bytes)?;
    typing(address, &typed.receipt)
}

/// Takes down a receipt that the customer typed.
pub(crate) fn typing(address: Address, typed: &str) -> Call {
    let receipt = MpesaReceipt::from_typed(typed).map_err(|_| {
        let message =
            "Type the receipt as in M-PESA's SMS: letters and digits, for example QAB1CD2EF3.";
        ApiError::at(ErrorCode::ValidationError, "receipt", message)
    })?;
    Ok((address, PaymentCall::Type { receipt }))
}

async fn push(request: &mut Request, config: &Config, id: &str) -> Call {
    let address = address_of(config, id)?;
    let bytes = body::read(request, BODY_BYTES_MAX).await?;
    let mut call = pushing(address, body::ask_push(&bytes)?, quota_of(request, config))?;
    let held_ms = wait_ms(request)?;
    if let PaymentCall::Push { wait_ms, .. } = &mut call.1 {
        *wait_ms = held_ms;
    }
    Ok(call)
}

/// Makes another push; `quota` is the client address's.
pub(crate) fn pushing(address: Address, ask: AskPush, quota: Option<String>) -> Call {
    let phone = ask.phone.as_deref().map(msisdn).transpose()?;
    let meant = serde_json::to_vec(&ask).map_err(|_| reply::internal())?;
    let key: IdempotencyKey = ask.key;
    Ok((
        address,
        PaymentCall::Push {
            ask: Ask::new(key, &meant),
            phone,
            not_charged: ask.not_charged,
            wait_ms: 0,
            quota,
        },
    ))
}

fn read(request: &Request, config: &Config, id: &str) -> Call {
    let address = address_of(config, id)?;
    let what = PaymentCall::Read {
        after: number(request, "after")?,
        wait_ms: wait_ms(request)?,
    };
    Ok((address, what))
}

/// How long the answer may be held.
fn wait_ms(request: &Request) -> core::result::Result<u64, ApiError> {
    Ok(number(request, "wait")?.min(WAIT_SECS_MAX) * 1000)
}

/// A number in the address; 0 where there is none.
fn number(request: &Request, name: &str) -> core::result::Result<u64, ApiError> {
    // The platform has parsed the address; parsing it again in here would be 25 KB of the Worker.
    let url = request.inner().url();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let mut given = pairs.filter(|(key, text)| *key == name && !text.is_empty());
    match (given.next(), given.next()) {
        (None, _) => Ok(0),
        (Some(_), Some(_)) => Err(wrong(name, "stands twice: give it once")),
        (Some((_, text)), None) => {
            let number = text.parse::<u64>();
            number.map_err(|_| wrong(name, "must be a whole number"))
        }
    }
}

/// The address behind an id: its MAC is checked before any object is addressed.
pub(crate) fn address_of(config: &Config, id: &str) -> core::result::Result<Address, ApiError> {
    let id = PaymentId::parse(id).ok();
    id.and_then(|id| config.master_key.open_payment_id(config.env.as_str(), &id))
        .filter(|address| address.link == config.link)
        .ok_or_else(reply::no_payment)
}

/// The name of the client address's quota: a keyed hash, so that the address itself goes no further.
pub(crate) fn quota_of(request: &Request, config: &Config) -> Option<String> {
    let address = request.headers().get("CF-Connecting-IP").ok().flatten()?;
    let address = address.parse().ok()?;
    let env = config.env.as_str();
    Some(config.master_key.quota_name(env, &config.link, address))
}

fn msisdn(text: &str) -> core::result::Result<Msisdn, ApiError> {
    Msisdn::parse(text)
        .map_err(|why| ApiError::at(ErrorCode::InvalidMsisdn, "phone", why.to_string()))
}

/// A key that nobody else has.
pub(crate) fn fresh_key() -> core::result::Result<IdempotencyKey, ApiError> {
    let random = platform::random::<18>().ok_or_else(reply::internal)?;
    IdempotencyKey::parse(&URL_SAFE_NO_PAD.encode(random)).map_err(|_| reply::internal())
}

pub(crate) async fn call(env: &Env, address: &Address, what: PaymentCall) -> Result<Response> {
    let held_ms = if let PaymentCall::Read { wait_ms, .. }
    | PaymentCall::Open { wait_ms, .. }
    | PaymentCall::Push { wait_ms, .. } = &what
    {
        *wait_ms
    } else {
        0
    };
    let limit_ms = held_ms + calls::payment::CALL_MS;
    let message = ToPayment {
        address: address.to_string(),
        what,
    };
    match calls::payment::call(env, &message, limit_ms).await {
        Ok(mut response) => {
            let body = response.bytes().await?;
            let status = response.status_code();
            let headers = worker::Headers::new();
            headers.set("Content-Type", "application/json")?;
            reply::private(
                Response::from_bytes(body)?
                    .with_status(status)
                    .with_headers(headers),
            )
        }
        Err(why) => {
            log::error(What::PaymentUnreached, &[Payment(address), Why(&why)]);
            let message =
                "The answer was lost. Ask again with the same key: nothing is sent twice.";
            reply::error(ApiError::new(ErrorCode::TimeoutError, message))
        }
    }
}
