//! Calling a Durable Object by its class and name, by the platform.

use crate::print::away;
use malipo_shell::platform::class::Class;
use malipo_shell::platform::error::Result;
use malipo_shell::platform::host::Whom;
use malipo_shell::platform::http::ObjectReply;
use worker::{Env, Method, Request, RequestInit};

/// Calls it. The stub is fresh: a broken one stays broken.
pub(crate) async fn call(env: &Env, whom: Whom<'_>, message: &str) -> Result<ObjectReply> {
    fetch(env, whom, message).await.map_err(away)
}

async fn fetch(env: &Env, whom: Whom<'_>, message: &str) -> worker::Result<ObjectReply> {
    let stub = env
        .durable_object(binding(whom.class))?
        .get_by_name(whom.name)?;
    let mut init = RequestInit::new();
    init.with_method(Method::Post)
        .with_body(Some(message.into()));
    let request = Request::new_with_init("https://object.invalid/", &init)?;
    let mut response = stub.fetch_with_request(request).await?;
    Ok(ObjectReply {
        status: response.status_code(),
        text: response.text().await?,
    })
}

/// The binding of a class, as `wrangler.toml` calls it.
fn binding(class: Class) -> &'static str {
    match class {
        Class::Payment => "PAYMENTS",
        Class::Receipt => "RECEIPTS",
        Class::Daraja => "DARAJA",
        Class::Merchants => "MERCHANTS",
        Class::Desk => "DESKS",
        Class::Roster => "ROSTERS",
        Class::Subscriber => "SUBSCRIBERS",
        Class::Quota => "QUOTAS",
        Class::Key => "KEYS",
    }
}
