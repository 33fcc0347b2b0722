//! Joining a shop by an invitation: the page shows the token, the browser makes a passkey, and the person is in.

use super::challenge;
use super::signed_in::{
    Outcome, bytes, fields, refused, rp, session, text, unreached, with_cookie,
};
use crate::calls::desk::{self, Invitation, Passkey, Person, ToDesk};
use crate::config::{self, Config};
use crate::edge::auth::cookie;
use crate::platform::error::Result;
use crate::platform::host::Verifier;
use crate::platform::http::{Incoming, Reply};
use crate::platform::{self, Env, reply};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use malipo_engine::body;
use malipo_engine::challenge::Act;
use malipo_engine::passkey::{self, Expected, PublicKey, Registration};
use malipo_engine::session::key_hash;
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::{LinkId, text as readable};
use serde_json::json;

const NAME_CHARS_MAX: usize = 40;
const BEGIN: &[&str] = &["token"];
const FINISH: &[&str] = &[
    "token",
    "name",
    "label",
    "challenge",
    "id",
    "client_data_json",
    "attestation_object",
];

/// `POST /dashboard/join {token}`: whose invitation it is, and what the browser needs to make a passkey.
pub(super) async fn begin(request: &mut Incoming, env: &Env, config: &Config) -> Result<Reply> {
    match begun(request, env, config).await {
        Ok(said) => said,
        Err(error) => reply::error(error),
    }
}

/// `POST /dashboard/join/finish`: the person is in, and the browser is signed in.
pub(super) async fn finish(request: &mut Incoming, env: &Env, config: &Config) -> Result<Reply> {
    match finished(request, env, config).await {
        Ok(said) => said,
        Err(error) => reply::error(error),
    }
}

async fn begun(request: &mut Incoming, env: &Env, config: &Config) -> Outcome<Result<Reply>> {
    let fields = fields(request, env, config, BEGIN).await?;
    if cookie::of(env, request, config).is_some() {
        let message = "You are signed in here already. Sign out first, or open the invitation on the phone of who is invited.";
        return Err(ApiError::new(ErrorCode::NotAllowed, message));
    }
    let token = text(&fields, "token")?;
    let (link, shop_name) = shop_of(env, token).await?;
    let message = ToDesk::Invited {
        token: key_hash(token),
        now_ms: env.now_ms(),
    };
    let invitation: Option<Invitation> = desk::call(env, config, &link, &message)
        .await
        .map_err(|why| unreached(env, &link, &why))?;
    let invitation = invitation.ok_or_else(is_over)?;
    let id = platform::random::<16>(env.as_ref()).ok_or_else(reply::internal)?;
    let person = format!("{link}:{}", hex::encode(id));
    let subject = format!("{person} {}", key_hash(token));
    let challenge =
        challenge::make(env, config, Act::Join, &subject).ok_or_else(reply::internal)?;
    let (rp_id, _) = rp(config);
    Ok(reply::json(
        200,
        &json!({
            "link": link, "shop": shop_name, "name": invitation.name, "role": invitation.role,
            "challenge": challenge, "user_id": URL_SAFE_NO_PAD.encode(&person), "rp_id": rp_id,
        }),
    ))
}

async fn finished(request: &mut Incoming, env: &Env, config: &Config) -> Outcome<Result<Reply>> {
    let fields = fields(request, env, config, FINISH).await?;
    let token = text(&fields, "token")?;
    let name = named(text(&fields, "name")?)?;
    let label = body::text(&fields, "label")?.unwrap_or_default();
    let label: String = label
        .chars()
        .filter(|c| !c.is_control())
        .take(NAME_CHARS_MAX)
        .collect();
    let (link, _) = shop_of(env, token).await?;
    let answered =
        challenge::open(env, config, Act::Join, text(&fields, "challenge")?).ok_or_else(refused)?;
    let (person, of_token) = answered
        .challenge
        .subject
        .split_once(' ')
        .ok_or_else(refused)?;
    if of_token != key_hash(token) {
        return Err(refused());
    }
    let (rp_id, origin) = rp(config);
    let made = passkey::registration(
        &Registration {
            client_data_json: &bytes(&fields, "client_data_json")?,
            attestation_object: &bytes(&fields, "attestation_object")?,
            raw_id: &bytes(&fields, "id")?,
        },
        &Expected {
            challenge: &answered.bytes,
            origin,
            rp_id: &rp_id,
        },
    )
    .map_err(|why| not_taken(&why))?;
    if !takes(env, &made.key).await {
        return Err(refused());
    }
    let message = ToDesk::Invited {
        token: key_hash(token),
        now_ms: env.now_ms(),
    };
    let call = desk::call::<Option<Invitation>>(env, config, &link, &message).await;
    let invitation = call.map_err(|why| unreached(env, &link, &why))?;
    let invitation = invitation.ok_or_else(is_over)?;
    let (session, row) = session(env, config, &link, (person, &invitation.role), &label)?;
    let message = ToDesk::Join {
        token: key_hash(token),
        person: person.to_owned(),
        name: name.to_owned(),
        passkey: Passkey {
            credential: URL_SAFE_NO_PAD.encode(&made.credential_id),
            key: made.key.encode(),
            counter: made.counter,
            is_backed_up: made.is_backed_up,
            rp_id,
            label,
        },
        session: row,
        challenge: answered.spent(),
        now_ms: env.now_ms(),
    };
    let joined: Option<Person> = desk::call(env, config, &link, &message)
        .await
        .map_err(|why| unreached(env, &link, &why))?;
    with_cookie(env, config, &session, &joined.ok_or_else(is_over)?)
}

/// The shop that a token names, and its name.
async fn shop_of(env: &Env, token: &str) -> Outcome<(LinkId, String)> {
    let link = token
        .split_once('.')
        .and_then(|(link, _)| LinkId::parse(link).ok());
    let link = link.ok_or_else(is_over)?;
    match config::of_link(env, &link).await {
        Ok(shop) => Ok((link, shop.shop_name.clone())),
        Err(_) => Err(is_over()),
    }
}

fn named(name: &str) -> Outcome<&str> {
    let name = name.trim();
    let is_good = (1..=NAME_CHARS_MAX).contains(&name.chars().count());
    match readable::hidden(name) {
        Some(c) => Err(body::wrong("name", &readable::holds(c))),
        None if !is_good => Err(body::wrong("name", "must be 1 to 40 characters")),
        None => Ok(name),
    }
}

async fn takes(env: &Env, key: &PublicKey) -> bool {
    match key {
        PublicKey::Es256(point) => env.takes_key(Verifier::Es256(point)).await,
        PublicKey::Rs256 { n } => {
            let n = URL_SAFE_NO_PAD.encode(n);
            env.takes_key(Verifier::Rs256 { n: &n, e: "AQAB" }).await
        }
    }
}

fn is_over() -> ApiError {
    ApiError::new(
        ErrorCode::NotFound,
        "This invitation was used, is over, or never was. Ask the owner for a new one.",
    )
}

fn not_taken(why: &passkey::Refused) -> ApiError {
    let message = format!("This device's answer cannot be taken: {why}.");
    ApiError::new(ErrorCode::SignInRefused, message)
}
