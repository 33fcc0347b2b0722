//! Joining a shop by an invitation: the page shows the token, the browser makes a passkey, and the person is in.

use super::challenge::{self, Answered};
use super::signed_in::{
    Opened, Outcome, bytes, fields, open, refused, rp, session, text, unreached,
};
use crate::calls::desk::{self, Invitation, NewSession, Passkey, ToDesk};
use crate::config::{self, Config};
use crate::edge::auth::cookie;
use crate::platform::host::Verifier;
use crate::platform::http::Incoming;
use crate::platform::{self, Env, reply};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use malipo_engine::body::{self, Fields};
use malipo_engine::challenge::Act;
use malipo_engine::passkey::{self, Expected, NewPasskey, PublicKey, Registration};
use malipo_engine::session::key_hash;
use malipo_shared::api::{ApiError, ErrorCode};
use malipo_shared::{LinkId, text as readable};
use serde_json::{Value, json};

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
pub(super) async fn begin(request: &mut Incoming, env: &Env, config: &Config) -> Outcome<Value> {
    let fields = fields(request, env, config, BEGIN).await?;
    if cookie::of(env, request, config).is_some() {
        return Err(is_signed_in());
    }
    let token = text(&fields, "token")?;
    let (link, shop_name) = shop_of(env, token).await?;
    let invitation = invited(env, config, &link, token).await?;
    let id = platform::random::<16>(env.as_ref()).ok_or_else(reply::internal)?;
    let person = format!("{link}:{}", hex::encode(id));
    let subject = format!("{person} {}", key_hash(token));
    let challenge =
        challenge::make(env, config, Act::Join, &subject).ok_or_else(reply::internal)?;
    Ok(json!({
        "link": link, "shop": shop_name, "name": invitation.name, "role": invitation.role,
        "challenge": challenge, "user_id": URL_SAFE_NO_PAD.encode(&person), "rp_id": rp(config).0,
    }))
}

/// `POST /dashboard/join/finish`: the person is in, and the browser is signed in.
pub(super) async fn finish(request: &mut Incoming, env: &Env, config: &Config) -> Outcome<Opened> {
    let fields = fields(request, env, config, FINISH).await?;
    let joining = judged(env, config, &fields)?;
    let (link, _) = shop_of(env, &joining.token).await?;
    if !takes(env, &joining.made.key).await {
        return Err(refused());
    }
    let role = invited(env, config, &link, &joining.token).await?.role;
    let (session, row) = session(env, config, &link, &joining.person, &role)?;
    let message = joining.message(row, rp(config).0, env.now_ms());
    let opened = open(env, config, session, &message).await?;
    opened.ok_or_else(is_over)
}

/// Who wants to join, with a passkey that was made for this.
struct Joining {
    token: String,
    name: String,
    label: String,
    person: String,
    made: NewPasskey,
    answered: Answered,
}

impl Joining {
    fn message(self, session: NewSession, rp_id: String, now_ms: u64) -> ToDesk {
        ToDesk::Join {
            token: key_hash(&self.token),
            person: self.person,
            name: self.name,
            passkey: Passkey {
                credential: URL_SAFE_NO_PAD.encode(&self.made.credential_id),
                key: self.made.key.encode(),
                counter: self.made.counter,
                is_backed_up: self.made.is_backed_up,
                rp_id,
                label: self.label,
            },
            session,
            challenge: self.answered.spent(),
            now_ms,
        }
    }
}

/// Reads and judges what the page has sent: all but whether the platform takes the key.
fn judged(env: &Env, config: &Config, fields: &Fields) -> Outcome<Joining> {
    let token = text(fields, "token")?;
    let label = body::text(fields, "label")?.unwrap_or_default().chars();
    let answered = challenge::open(env, config, Act::Join, text(fields, "challenge")?);
    let answered = answered.ok_or_else(refused)?;
    let subject = answered.challenge.subject.split_once(' ');
    let (person, of_token) = subject.ok_or_else(refused)?;
    if of_token != key_hash(token) {
        return Err(refused());
    }
    let (rp_id, origin) = rp(config);
    let registration = Registration {
        client_data_json: &bytes(fields, "client_data_json")?,
        attestation_object: &bytes(fields, "attestation_object")?,
        raw_id: &bytes(fields, "id")?,
    };
    let expected = Expected {
        challenge: &answered.bytes,
        origin,
        rp_id: &rp_id,
    };
    let made = passkey::registration(&registration, &expected).map_err(|why| not_taken(&why))?;
    Ok(Joining {
        token: token.to_owned(),
        name: named(text(fields, "name")?)?.to_owned(),
        label: label
            .filter(|c| !c.is_control())
            .take(NAME_CHARS_MAX)
            .collect(),
        person: person.to_owned(),
        made,
        answered,
    })
}

/// The invitation of a token that may still be used.
async fn invited(env: &Env, config: &Config, link: &LinkId, token: &str) -> Outcome<Invitation> {
    let message = ToDesk::Invited {
        token: key_hash(token),
        now_ms: env.now_ms(),
    };
    let call = desk::call::<Option<Invitation>>(env, config, link, &message).await;
    let invitation = call.map_err(|why| unreached(env, link, &why))?;
    invitation.ok_or_else(is_over)
}

/// The shop that a token names, and its name.
async fn shop_of(env: &Env, token: &str) -> Outcome<(LinkId, String)> {
    let link = token
        .split_once('.')
        .and_then(|(link, _)| LinkId::parse(link).ok());
    let link = link.ok_or_else(is_over)?;
    let shop = config::of_link(env, &link).await.map_err(|_| is_over())?;
    Ok((link, shop.shop_name.clone()))
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

fn is_signed_in() -> ApiError {
    let message = "You are signed in here already. Sign out first, or open the invitation on the phone of who is invited.";
    ApiError::new(ErrorCode::NotAllowed, message)
}

fn not_taken(why: &passkey::Refused) -> ApiError {
    let message = format!("This device's answer cannot be taken: {why}.");
    ApiError::new(ErrorCode::SignInRefused, message)
}
