//! Signing in with a passkey.

use super::challenge;
use super::signed_in::{
    Outcome, bytes, fields, refused, rp, session, text, unreached, with_cookie,
};
use crate::calls::desk::{self, Known, Person, ToDesk};
use crate::config::{self, Config};
use crate::platform::error::Result;
use crate::platform::host::Verifier;
use crate::platform::http::{Incoming, Reply};
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use crate::platform::{Env, reply};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use malipo_engine::challenge::Act;
use malipo_engine::passkey::{self, Assertion, Expected, PublicKey, ToVerify};
use malipo_shared::LinkId;
use serde_json::json;

const FINISH: &[&str] = &[
    "challenge",
    "id",
    "client_data_json",
    "authenticator_data",
    "signature",
    "user_handle",
];

/// `POST /dashboard/passkey`: what the browser needs to ask for a passkey.
pub(super) async fn begin(request: &mut Incoming, env: &Env, config: &Config) -> Result<Reply> {
    let made = match fields(request, env, config, &[]).await {
        Ok(_) => challenge::make(env, config, Act::SignIn, ""),
        Err(error) => return reply::error(error),
    };
    match made {
        Some(challenge) => reply::json(
            200,
            &json!({ "challenge": challenge, "rp_id": rp(config).0 }),
        ),
        None => reply::error(reply::internal()),
    }
}

/// `POST /dashboard/passkey/finish`: the browser is signed in.
pub(super) async fn finish(request: &mut Incoming, env: &Env, config: &Config) -> Result<Reply> {
    match finished(request, env, config).await {
        Ok(said) => said,
        Err(error) => reply::error(error),
    }
}

async fn finished(request: &mut Incoming, env: &Env, config: &Config) -> Outcome<Result<Reply>> {
    let fields = fields(request, env, config, FINISH).await?;
    let answered = challenge::open(env, config, Act::SignIn, text(&fields, "challenge")?)
        .ok_or_else(refused)?;
    let handle = String::from_utf8(bytes(&fields, "user_handle")?).map_err(|_| refused())?;
    let link = handle
        .split_once(':')
        .and_then(|(link, _)| LinkId::parse(link).ok());
    let link = link.ok_or_else(refused)?;
    if matches!(
        config::of_link(env, &link).await,
        Err(config::NoConfig::UnknownLink)
    ) {
        return Err(refused());
    }
    let credential = URL_SAFE_NO_PAD.encode(bytes(&fields, "id")?);
    let message = ToDesk::Passkey {
        credential: credential.clone(),
    };
    let known: Option<Known> = desk::call(env, config, &link, &message)
        .await
        .map_err(|why| unreached(env, &link, &why))?;
    let known = known
        .filter(|known| known.person == handle)
        .ok_or_else(refused)?;
    let key = PublicKey::decode(&known.key).ok_or_else(refused)?;
    let (rp_id, origin) = rp(config);
    let client_data_json = bytes(&fields, "client_data_json")?;
    let authenticator_data = bytes(&fields, "authenticator_data")?;
    let signature = bytes(&fields, "signature")?;
    let assertion = Assertion {
        client_data_json: &client_data_json,
        authenticator_data: &authenticator_data,
        signature: &signature,
    };
    let expected = Expected {
        challenge: &answered.bytes,
        origin,
        rp_id: &rp_id,
    };
    let shown = passkey::assertion(&assertion, &expected, &key).map_err(|_| refused())?;
    if !is_signed(env, &key, &shown).await {
        return Err(refused());
    }
    let proven = shown.proven(known.counter).map_err(|why| {
        log::error(
            env.as_ref(),
            What::PasskeyCopied,
            &[Merchant(&link), Why(&why)],
        );
        refused()
    })?;
    let (session, row) = session(env, config, &link, (&known.person, &known.role), "")?;
    let message = ToDesk::SignIn {
        credential,
        counter: proven.counter,
        is_backed_up: proven.is_backed_up,
        session: row,
        challenge: answered.spent(),
        now_ms: env.now_ms(),
    };
    let person: Option<Person> = desk::call(env, config, &link, &message)
        .await
        .map_err(|why| unreached(env, &link, &why))?;
    with_cookie(env, config, &session, &person.ok_or_else(refused)?)
}

async fn is_signed(env: &Env, key: &PublicKey, shown: &ToVerify) -> bool {
    let (signed, signature) = (shown.signed.as_slice(), shown.signature.as_slice());
    match key {
        PublicKey::Es256(point) => {
            env.has_signed(Verifier::Es256(point), signed, signature)
                .await
        }
        PublicKey::Rs256 { n } => {
            let n = URL_SAFE_NO_PAD.encode(n);
            let key = Verifier::Rs256 { n: &n, e: "AQAB" };
            env.has_signed(key, signed, signature).await
        }
    }
}
