//! Registering, once, where M-PESA reports payments by hand.

use super::outcome::{Outcome, Refused, unreached};
use crate::config::Config;
use crate::outbound::daraja;
use crate::platform::Env;
use crate::platform::reply;
use malipo_engine::daraja::{C2bRegister, CallbackUrl, Registered, Unanswered};
use malipo_shared::Payee;
use malipo_shared::api::{ApiError, ErrorCode};
use serde_json::json;

/// `POST …/c2b/register`: `{outcome, version, shortcode, said?, help}`. What Daraja says is a result, not an error.
pub(super) async fn register(env: &Env, config: &Config) -> Outcome {
    let Some(secret) = &config.c2b.secret else {
        return Err(misconfigured(
            "C2B_SECRET is missing: it stands in the addresses that are registered.",
        ));
    };
    let shortcode = match &config.payee {
        Payee::PayBill { shortcode } => shortcode,
        // Daraja, Customer To Business Register URL: a till registers its store number.
        Payee::Till { store, .. } => store,
    };
    let url = |call: &str| {
        daraja::callback_url(config, &format!("/hooks/c2b/{shortcode}/{secret}/{call}"))
            .ok_or_else(unusable)
    };
    let (confirmation_url, validation_url): (CallbackUrl, CallbackUrl) =
        (url("confirm")?, url("validate")?);
    let register = C2bRegister {
        shortcode,
        confirmation_url: &confirmation_url,
        validation_url: &validation_url,
    };
    let (version, answer) = daraja::register_c2b(env, config, &register).await;
    let (outcome, said, help) = match answer {
        Ok(Registered::Now) => (
            "registered",
            None,
            "Set C2B_REGISTERED to true and deploy. Keep C2B_SECRET: it stands in these addresses for good.",
        ),
        Ok(Registered::Before) => (
            "already_registered",
            None,
            "Nothing was changed. If the registered addresses are not this deployment's (another host, another C2B_SECRET), \
             delete them in Safaricom's portal under Self Services, URL Management, and register again.",
        ),
        Err(Unanswered::TokenRefused(said) | Unanswered::Refused(said)) => (
            "refused",
            Some(said),
            "Nothing was registered. The app must have the C2B product, and the shortcode must be the app's own.",
        ),
        Err(Unanswered::Unreached(said)) => return Err(unreached(&said)),
        Err(Unanswered::Unclear(said)) => {
            ("unclear", Some(said), "Register again: it does no harm.")
        }
    };
    Ok(reply::json(
        200,
        &json!({ "outcome": outcome, "version": version.as_str(), "shortcode": shortcode, "said": said, "help": help }),
    )?)
}

fn unusable() -> Refused {
    misconfigured("Daraja would refuse the addresses below PUBLIC_BASE_URL.")
}

fn misconfigured(message: &str) -> Refused {
    ApiError::new(ErrorCode::Misconfigured, message).into()
}
