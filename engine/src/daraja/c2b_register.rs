//! C2B registration: telling Safaricom, once, where confirmations and validations go.

use super::{CallbackUrl, Unanswered, repeatable, wire};
use malipo_shared::Shortcode;
use serde::Serialize;
use serde_json::Value;

/// One registration, before it is written for the wire. In production it is taken once; changing it is
/// deleting it in Safaricom's portal first.
#[derive(Debug)]
pub struct C2bRegister<'a> {
    /// Whose payments are reported.
    pub shortcode: &'a Shortcode,
    /// Where money that moved is reported.
    pub confirmation_url: &'a CallbackUrl,
    /// Where Safaricom asks before money moves, if that was switched on for the shortcode.
    pub validation_url: &'a CallbackUrl,
}

/// The API's version that a registration goes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum C2bVersion {
    /// What Safaricom's support has told some merchants to use, whose apps are refused by v2.
    V1,
    /// The one of Safaricom's page; it is asked first.
    V2,
}

impl C2bVersion {
    /// The path of the call.
    pub fn path(self) -> &'static str {
        match self {
            C2bVersion::V1 => "/mpesa/c2b/v1/registerurl",
            C2bVersion::V2 => "/mpesa/c2b/v2/registerurl",
        }
    }

    /// As operators read it.
    pub fn as_str(self) -> &'static str {
        match self {
            C2bVersion::V1 => "v1",
            C2bVersion::V2 => "v2",
        }
    }

    /// The version to ask after this one's answer. Only a refusal leads on: whoever does not answer may have registered.
    pub fn after(self, answer: &Result<Registered, Unanswered>) -> Option<C2bVersion> {
        match (self, answer) {
            (C2bVersion::V2, Err(Unanswered::Refused(_))) => Some(C2bVersion::V1),
            (C2bVersion::V1 | C2bVersion::V2, Ok(_) | Err(_)) => None,
        }
    }
}

/// A registration that stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Registered {
    /// As it was asked for.
    Now,
    /// From before, perhaps otherwise than it was asked for: nothing was changed.
    Before,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Body<'a> {
    #[serde(rename = "ShortCode")]
    shortcode: &'a str,
    response_type: &'static str,
    #[serde(rename = "ConfirmationURL")]
    confirmation_url: &'a str,
    #[serde(rename = "ValidationURL")]
    validation_url: &'a str,
}

impl C2bRegister<'_> {
    /// The body, the same in both versions.
    pub fn encode(&self) -> String {
        let body = Body {
            shortcode: self.shortcode.as_str(),
            // When a validation is not answered, the money moves: a customer is never refused by our fault.
            response_type: "Completed",
            confirmation_url: self.confirmation_url.as_str(),
            validation_url: self.validation_url.as_str(),
        };
        serde_json::to_string(&body).unwrap_or_default()
    }
}

/// Reads the answer to a registration.
///
/// Source: Daraja, Customer To Business Register URL; a new account was answered without a ResponseCode.
///
/// # Errors
/// [`Unanswered`]: nothing is registered, as far as is known. Registering again does no harm.
pub fn decode_register_answer(http_status: u16, body: &[u8]) -> Result<Registered, Unanswered> {
    let json: Option<Value> = serde_json::from_slice(body).ok();
    let said = wire::said(http_status, json.as_ref(), body);
    let message = json
        .as_ref()
        .and_then(wire::fault)
        .map(|fault| fault.message.to_ascii_lowercase());
    // Both are in Safaricom's table of errors; the second is taken for the older wording of the first.
    if message
        .is_some_and(|m| m.contains("already registered") || m.contains("duplicate notification"))
    {
        return Ok(Registered::Before);
    }
    let answer = repeatable::answer(http_status, body, &said)?;
    let description = wire::field(&answer, "ResponseDescription").unwrap_or_default();
    match wire::field(&answer, "ResponseCode").as_deref() {
        Some("0" | "00000000") => Ok(Registered::Now),
        None if description.trim().eq_ignore_ascii_case("success") => Ok(Registered::Now),
        Some(_) => Err(Unanswered::Refused(said)),
        None => Err(Unanswered::Unclear(said)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_refusal_by_v2_leads_to_v1() {
        let said = || "why".to_owned();
        let refused = Err(Unanswered::Refused(said()));
        assert_eq!(C2bVersion::V2.after(&refused), Some(C2bVersion::V1));
        assert_eq!(C2bVersion::V1.after(&refused), None);
        for answer in [
            Ok(Registered::Now),
            Ok(Registered::Before),
            Err(Unanswered::TokenRefused(said())),
            Err(Unanswered::Unreached(said())),
            Err(Unanswered::Unclear(said())),
        ] {
            assert_eq!(C2bVersion::V2.after(&answer), None, "{answer:?}");
        }
    }

    #[test]
    fn an_unanswered_validation_lets_the_money_through() {
        let url = |kind: &str| {
            CallbackUrl::parse(&format!("https://pay.example/hooks/c2b/{kind}"), false).unwrap()
        };
        let register = C2bRegister {
            shortcode: &Shortcode::parse("601426").unwrap(),
            confirmation_url: &url("confirm"),
            validation_url: &url("validate"),
        };
        assert_eq!(
            register.encode(),
            r#"{"ShortCode":"601426","ResponseType":"Completed","ConfirmationURL":"https://pay.example/hooks/c2b/confirm","ValidationURL":"https://pay.example/hooks/c2b/validate"}"#
        );
    }
}
