//! The checkout without WASM and without JavaScript: plain pages whose forms pay. Its addresses are the shop's payment
//! links too: `/pay/{item}` (or `/pay/?item=…`), `/pay/?order=…`, `/pay/?amount=…`, and `/pay/`, which asks for the amount; a payment under way is `/pay/p/{id}`.

mod amount;
mod entry;
mod fields;
mod html;
mod status;
mod unavailable;

pub(crate) use unavailable::answer as unavailable;

use crate::browser;
use crate::config::Config;
use crate::platform::{self, reply};
use fields::Fields;
use malipo_engine::body::wrong;
use malipo_engine::thanks;
use malipo_shared::IdempotencyKey;
use malipo_shared::api::{ApiError, ErrorCode, View};
use malipo_shared::screens::model::{Model, Refusal, Trouble};
use malipo_shared::screens::wire;
use malipo_shared::sentences::Language;
use serde_json::Value;
use worker::{Env, Headers, Method, Request, Response, Result};

/// Nothing but our own style sheet and our own forms.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// How long the receipt is shown before the page leads on.
const THANKS_SECS: u64 = 5;

/// What a page is asked, whichever it is.
struct Visit<'a> {
    env: &'a Env,
    config: &'a Config,
    /// As browsers see it: with the merchant before it.
    path: &'a str,
    query: Fields,
    language: Language,
    /// The item that is paid, where that is known: another payment of it may begin.
    item: Option<String>,
}

/// Answers below `/pay/`.
pub(crate) async fn answer(
    request: &mut Request,
    env: &Env,
    config: &Config,
    path: &str,
) -> Result<Response> {
    let url = request.inner().url();
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
    let is_post = request.method() == Method::Post;
    if !is_post && request.method() != Method::Get {
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

/// What a form has sent, and the quota of who sent it.
struct Sent {
    fields: Fields,
    quota: Option<String>,
}

/// A form of another site's may not make phones ring in its visitors' names.
async fn admitted(
    request: &mut Request,
    env: &Env,
    config: &Config,
) -> core::result::Result<Sent, ApiError> {
    let origin = request.headers().get("Origin").ok().flatten();
    if origin.is_some_and(|origin| origin != config.public_base_url) {
        let message = "This form was sent from another site. Open the page itself and pay there.";
        return Err(ApiError::new(ErrorCode::OriginNotAllowed, message));
    }
    browser::admit(request, env, config).await?;
    let quota = browser::quota_of(request, config);
    let bytes = browser::read_body(request, browser::BODY_BYTES_MAX).await?;
    let fields = Fields::of_form(&String::from_utf8_lossy(&bytes))?;
    Ok(Sent { fields, quota })
}

impl Visit<'_> {
    /// A page for an error from before there is a payment.
    fn refused(&self, error: ApiError) -> Result<Response> {
        self.denied(denied(&error))
    }

    fn denied(&self, denied: Denied) -> Result<Response> {
        let mut model = Model::new(self.language);
        model.is_signed = self.query.text("order").is_some();
        model.trouble = Some(self.trouble(denied.refusal));
        self.page(denied.status, &model, &html::Around::default())
    }

    fn trouble(&self, mut refusal: Refusal) -> Trouble {
        // An answer that was lost, or is none of ours, says nothing of what was asked: it may have been done.
        if refusal.code.is_empty() || refusal.code == "TIMEOUT_ERROR" {
            return Trouble::NoConnection;
        }
        refusal.shop_contact = Some(self.config.shop_contact.clone());
        Trouble::Refused(refusal)
    }

    fn page(&self, status: u16, model: &Model, around: &html::Around) -> Result<Response> {
        let html = html::page(self, model, around, platform::now_ms());
        let again = match (&around.thanks, around.again_secs) {
            (Some(thanks), _) => Some(format!("{THANKS_SECS};url={thanks}")),
            (None, secs) => secs.map(|secs| secs.to_string()),
        };
        self.html(status, again, html)
    }

    /// A page; `again` is its header `Refresh`.
    fn html(&self, status: u16, again: Option<String>, html: String) -> Result<Response> {
        let headers = headers()?;
        headers.set("Content-Type", "text/html; charset=utf-8")?;
        if let Some(again) = again {
            headers.set("Refresh", &again)?;
        }
        Ok(Response::ok(html)?
            .with_status(status)
            .with_headers(headers))
    }

    /// Leads the browser on, so that a reload sends no form a second time.
    fn lead_to(&self, path: &str, pane: &str) -> Result<Response> {
        let headers = headers()?;
        headers.set("Location", &self.link(path, pane))?;
        Ok(Response::empty()?.with_status(303).with_headers(headers))
    }

    /// A path with what has to be remembered between pages: the language, and from where the customer came.
    fn link(&self, path: &str, pane: &str) -> String {
        let language = html::code(self.language);
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
    fn thanks(&self, id: &str) -> Option<String> {
        let config = self.config;
        let pages = config.origins.iter().map(String::as_str);
        let own = pages.chain([config.public_base_url.as_str()]);
        thanks::page(self.query.text("thanks")?, own, id)
    }

    /// The payment's newest view, or why there is none.
    async fn ask(&self, call: browser::Call) -> core::result::Result<View, Denied> {
        let (address, what) = call.map_err(|error| denied(&error))?;
        let answer = browser::call(self.env, &address, what).await;
        let (status, text) = match answer {
            Ok(mut answer) => (
                answer.status_code(),
                answer.text().await.unwrap_or_default(),
            ),
            Err(_) => (500, String::new()),
        };
        let json = Json(serde_json::from_str(&text).unwrap_or_default());
        let view = if status == 200 {
            wire::view(&json)
        } else {
            None
        };
        view.ok_or_else(|| Denied {
            status,
            refusal: wire::refusal(&json).unwrap_or_default(),
        })
    }
}

/// Why there is no view.
struct Denied {
    status: u16,
    refusal: Refusal,
}

fn denied(error: &ApiError) -> Denied {
    let error_body = serde_json::json!({ "error": error });
    Denied {
        status: error.code.status(),
        refusal: wire::refusal(&Json(error_body)).unwrap_or_default(),
    }
}

/// JSON as `wire` reads it.
pub(crate) struct Json(pub(crate) Value);

impl wire::Fields for Json {
    fn text(&self, name: &str) -> Option<String> {
        Some(self.0.get(name)?.as_str()?.to_owned())
    }

    fn number(&self, name: &str) -> Option<u64> {
        self.0.get(name)?.as_u64()
    }

    fn is_true(&self, name: &str) -> bool {
        self.0.get(name) == Some(&Value::Bool(true))
    }

    fn object(&self, name: &str) -> Option<Json> {
        Some(Json(self.0.get(name)?.clone()))
    }
}

fn headers() -> Result<Headers> {
    let headers = Headers::new();
    headers.set("Cache-Control", "no-store")?;
    // Not `no-referrer`: browsers would then hide from us that our own forms are ours.
    headers.set("Referrer-Policy", "same-origin")?;
    headers.set("X-Content-Type-Options", "nosniff")?;
    headers.set("Content-Security-Policy", POLICY)?;
    Ok(headers)
}

/// What was chosen, then what the browser prefers.
fn language(request: &Request, query: &Fields) -> Language {
    let preferred = request.headers().get("Accept-Language").ok().flatten();
    let chosen = query.text("lang").map(str::to_owned).or(preferred);
    match chosen.is_some_and(|language| language.to_ascii_lowercase().starts_with("sw")) {
        true => Language::Sw,
        false => Language::En,
    }
}

/// The key of a form: sent twice it asks once. A form without one asks each time.
fn key_of(sent: &Sent) -> core::result::Result<IdempotencyKey, ApiError> {
    let Some(key) = sent.fields.text("key") else {
        return browser::fresh_key();
    };
    IdempotencyKey::parse(key).map_err(|why| wrong("key", &why.to_string()))
}
