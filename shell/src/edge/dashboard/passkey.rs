//! Signing in with a passkey.

use super::challenge::{self, Answered};
use super::signed_in::{
    Opened, Outcome, bytes, fields, open, refused, rp, session, text, unreached,
};
use crate::calls::desk::{self, Known, ToDesk};
use crate::config::{self, Config};
use crate::platform::host::Verifier;
use crate::platform::http::Incoming;
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use crate::platform::{Env, reply};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use malipo_engine::body::Fields;
use malipo_engine::challenge::Act;
use malipo_engine::passkey::{self, Assertion, Expected, Proven, PublicKey, ToVerify};
use malipo_shared::LinkId;
use serde_json::{Value, json};

const FINISH: &[&str] = &[
    "challenge",
    "id",
    "client_data_json",
    "authenticator_data",
    "signature",
    "user_handle",
];

/// `POST /dashboard/passkey`: what the browser needs to ask for a passkey.
pub(super) async fn begin(request: &mut Incoming, env: &Env, config: &Config) -> Outcome<Value> {
    fields(request, env, config, &[]).await?;
    let challenge = challenge::make(env, config, Act::SignIn, "").ok_or_else(reply::internal)?;
    Ok(json!({ "challenge": challenge, "rp_id": rp(config).0 }))
}

/// `POST /dashboard/passkey/finish`: the browser is signed in.
pub(super) async fn finish(request: &mut Incoming, env: &Env, config: &Config) -> Outcome<Opened> {
    let fields = fields(request, env, config, FINISH).await?;
    let shown = Shown::read(env, config, &fields)?;
    let link = &shown.link;
    let known = known(env, config, &shown).await?;
    let key = PublicKey::decode(&known.key).ok_or_else(refused)?;
    let to_verify = shown.judged(config, &key, &fields)?;
    if !is_signed(env, &key, &to_verify).await {
        return Err(refused());
    }
    let proven = proven(env, link, &to_verify, known.counter)?;
    let (session, row) = session(env, config, link, &known.person, &known.role)?;
    let message = ToDesk::SignIn {
        credential: shown.credential,
        counter: proven.counter,
        is_backed_up: proven.is_backed_up,
        session: row,
        challenge: shown.answered.spent(),
        now_ms: env.now_ms(),
    };
    let opened = open(env, config, session, &message).await?;
    opened.ok_or_else(refused)
}

/// A passkey that somebody says is theirs.
struct Shown {
    answered: Answered,
    /// Whose it is said to be.
    person: String,
    /// At which shop.
    link: LinkId,
    credential: String,
}

impl Shown {
    fn read(env: &Env, config: &Config, fields: &Fields) -> Outcome<Shown> {
        let answered = challenge::open(env, config, Act::SignIn, text(fields, "challenge")?);
        let person = String::from_utf8(bytes(fields, "user_handle")?).ok();
        let link = person.as_deref().and_then(|person| {
            let (link, _) = person.split_once(':')?;
            LinkId::parse(link).ok()
        });
        let credential = URL_SAFE_NO_PAD.encode(bytes(fields, "id")?);
        let whole = || {
            Some(Shown {
                answered: answered?,
                person: person?,
                link: link?,
                credential,
            })
        };
        whole().ok_or_else(refused)
    }

    /// What the platform has to verify, if all else is as it should be.
    fn judged(&self, config: &Config, key: &PublicKey, fields: &Fields) -> Outcome<ToVerify> {
        let (rp_id, origin) = rp(config);
        let assertion = Assertion {
            client_data_json: &bytes(fields, "client_data_json")?,
            authenticator_data: &bytes(fields, "authenticator_data")?,
            signature: &bytes(fields, "signature")?,
        };
        let expected = Expected {
            challenge: &self.answered.bytes,
            origin,
            rp_id: &rp_id,
        };
        passkey::assertion(&assertion, &expected, key).map_err(|_| refused())
    }
}

/// What the desk knows of a passkey.
async fn known(env: &Env, config: &Config, shown: &Shown) -> Outcome<Known> {
    let link = &shown.link;
    if let Err(config::NoConfig::UnknownLink) = config::of_link(env, link).await {
        return Err(refused());
    }
    let message = ToDesk::Passkey {
        credential: shown.credential.clone(),
    };
    let call = desk::call::<Option<Known>>(env, config, link, &message).await;
    let known = call.map_err(|why| unreached(env, link, &why))?;
    known
        .filter(|known| known.person == shown.person)
        .ok_or_else(refused)
}

/// The counter, judged once the signature was found right.
fn proven(env: &Env, link: &LinkId, shown: &ToVerify, stored: u32) -> Outcome<Proven> {
    shown.proven(stored).map_err(|why| {
        log::error(
            env.as_ref(),
            What::PasskeyCopied,
            &[Merchant(link), Why(&why)],
        );
        refused()
    })
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
