//! What a refusal of the gateway means for a push: not sent, or unknown.
//!
//! Only a recognised refusal from before acceptance counts as "not sent"; everything else is unknown
//! and is never resent, because the prompt may ring.

use super::wire;
use malipo_shared::Reason;
use malipo_shared::catalogue::LOCKED_SECS;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A push that was not sent, for certain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Why, in the customer's terms.
    pub reason: Reason,
    /// Seconds until another push may be asked for; none when that cannot help.
    pub wait_secs: Option<u32>,
    /// Whether the refusal proves that no prompt rang. Where Safaricom only advises to try
    /// again, the push stays reconcilable.
    pub is_proven: bool,
    /// What the gateway said, for the merchant.
    pub detail: String,
}

/// Whether the shell may send the same push once more at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resend {
    /// No.
    Never,
    /// Once, with a new token: the refused call never reached M-PESA.
    WithFreshToken,
    /// Up to twice, with jitter, within 5 s: the gateway counted the call and dropped it.
    AfterPause,
}

/// Daraja advises to wait "a few minutes"; integrators find half a minute enough.
const BUSY_WAIT_SECS: u32 = 30;

/// Reads a refusal; none when the push's fate is unknown.
pub(super) fn refusal(http_status: u16, body: &[u8]) -> Option<(Refusal, Resend)> {
    if (200..300).contains(&http_status) {
        return None;
    }
    let json: Option<Value> = serde_json::from_slice(body).ok();
    match json.as_ref().and_then(wire::fault) {
        Some(fault) => by_code(http_status, &fault.code, &fault.message),
        None => by_status(http_status, body),
    }
}

fn by_code(http_status: u16, code: &str, message: &str) -> Option<(Refusal, Resend)> {
    use Reason::{MerchantSetup, PhoneRefused, SubscriberBusy, SystemBusy};
    let says = |words: &str| message.to_ascii_lowercase().contains(words);
    let names_phone = says("phonenumber") || says("partya");
    let (reason, wait_secs, resend) = match code {
        _ if http_status == 429 => (SystemBusy, Some(BUSY_WAIT_SECS), Resend::AfterPause),
        "400.002.02" | "400.008.02" if names_phone => (PhoneRefused, Some(0), Resend::Never),
        "400.002.02" | "400.002.05" | "404.001.01" | "405.001" => {
            (MerchantSetup, None, Resend::Never)
        }
        "404.001.03" | "404.001.04" | "400.003.01" | "401.002.01" | "401.001" => {
            (MerchantSetup, None, Resend::WithFreshToken)
        }
        "500.001.1001" if says("wrong credentials") || says("merchant does not exist") => {
            (MerchantSetup, None, Resend::Never)
        }
        "500.001.1001" if says("unable to lock subscriber") => {
            (SubscriberBusy, Some(LOCKED_SECS), Resend::Never)
        }
        "500.003.02" | "500.003.03" if says("spike arrest") || says("quota") => {
            (SystemBusy, Some(BUSY_WAIT_SECS), Resend::AfterPause)
        }
        "500.003.02" => (SystemBusy, Some(BUSY_WAIT_SECS), Resend::Never),
        "500.002.1001" if says("under maintenance") => {
            (SystemBusy, Some(BUSY_WAIT_SECS), Resend::Never)
        }
        _ if code.starts_with("policies.ratelimit.") => {
            (SystemBusy, Some(BUSY_WAIT_SECS), Resend::AfterPause)
        }
        // Apigee's own refusals: the token is not known, or the app lacks the product.
        _ if code.starts_with("keymanagement.service.") || code.starts_with("oauth.v2.") => {
            (MerchantSetup, None, Resend::WithFreshToken)
        }
        _ => return None,
    };
    // These two are "not sent" by Safaricom's advice to try again, not by the form of the refusal.
    let is_advice_only = resend == Resend::Never && matches!(code, "500.003.02" | "500.002.1001");
    let detail = format!("HTTP {http_status} {code} {}", wire::cut(message, 160));
    Some((
        Refusal {
            reason,
            wait_secs,
            is_proven: !is_advice_only,
            detail,
        },
        resend,
    ))
}

fn by_status(http_status: u16, body: &[u8]) -> Option<(Refusal, Resend)> {
    let busy = |detail: &str| Refusal {
        reason: Reason::SystemBusy,
        wait_secs: Some(BUSY_WAIT_SECS),
        is_proven: true,
        detail: format!("HTTP {http_status} {detail}"),
    };
    match http_status {
        429 => Some((busy("too many requests"), Resend::AfterPause)),
        403 if is_firewall_page(body) => Some((
            busy("Safaricom's firewall (Incapsula) refuses this address"),
            Resend::Never,
        )),
        _ => None,
    }
}

/// Whether a body is the page of Safaricom's firewall (Incapsula), which refuses an address, not a request.
pub fn is_firewall_page(body: &[u8]) -> bool {
    let page = String::from_utf8_lossy(body).to_ascii_lowercase();
    page.contains("incapsula") || page.contains("meta name=\"robots\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(status: u16, body: &str, expected: Option<(Reason, Option<u32>, Resend)>) {
        let got =
            refusal(status, body.as_bytes()).map(|(r, resend)| (r.reason, r.wait_secs, resend));
        assert_eq!(got, expected, "{status} {body}");
    }

    fn fault(code: &str, message: &str) -> String {
        format!(r#"{{"requestId":"1","errorCode":"{code}","errorMessage":"{message}"}}"#)
    }

    #[test]
    fn recognised_refusals_are_not_sent() {
        use Reason::*;
        check(
            400,
            &fault("400.002.02", "Bad Request - Invalid PhoneNumber"),
            Some((PhoneRefused, Some(0), Resend::Never)),
        );
        check(
            400,
            &fault("400.008.02", "Invalid PhoneNumber"),
            Some((PhoneRefused, Some(0), Resend::Never)),
        );
        check(
            400,
            &fault("400.002.02", "Bad Request - Invalid Amount"),
            Some((MerchantSetup, None, Resend::Never)),
        );
        check(
            404,
            &fault("404.001.03", "Invalid Access Token"),
            Some((MerchantSetup, None, Resend::WithFreshToken)),
        );
        check(
            500,
            &fault("500.001.1001", "[MerchantValidate] - Wrong credentials"),
            Some((MerchantSetup, None, Resend::Never)),
        );
        check(
            500,
            &fault(
                "500.001.1001",
                "Unable to lock subscriber, a transaction is already in process",
            ),
            Some((SubscriberBusy, Some(60), Resend::Never)),
        );
        check(
            500,
            &fault("500.003.02", "Error Occurred: Spike Arrest Violation"),
            Some((SystemBusy, Some(30), Resend::AfterPause)),
        );
        check(
            500,
            &fault(
                "500.003.02",
                "System is busy. Please try again in few minutes.",
            ),
            Some((SystemBusy, Some(30), Resend::Never)),
        );
        check(429, "", Some((SystemBusy, Some(30), Resend::AfterPause)));
        check(
            403,
            r#"<html style="height:100%"><head><META NAME="ROBOTS""#,
            Some((SystemBusy, Some(30), Resend::Never)),
        );
    }

    #[test]
    fn everything_else_is_unknown() {
        check(500, &fault("500.001.1001", ""), None);
        check(
            500,
            &fault("500.001.1001", "The transaction is being processed"),
            None,
        );
        check(500, &fault("500.003.1001", "Internal Server Error"), None);
        check(
            500,
            &fault("500.002.1001", "Service is currently unreachable"),
            None,
        );
        check(
            503,
            "Request unsuccessful. Incapsula incident ID: 1-2",
            None,
        );
        check(403, "<html>forbidden</html>", None);
        check(502, "<html>bad gateway</html>", None);
        check(503, "", None);
        check(400, "", None);
        check(
            200,
            &fault("400.002.02", "Bad Request - Invalid Amount"),
            None,
        );
        check(
            500,
            r#"{"Envelope":{"Body":{"Fault":{"faultcode":"soap:Server"}}}}"#,
            None,
        );
        check(500, "[1,2]", None);
    }

    #[test]
    fn advice_is_not_proof() {
        let busy = refusal(
            500,
            fault("500.002.1001", "Service is currently under maintenance").as_bytes(),
        )
        .unwrap();
        assert!(!busy.0.is_proven);
        let spike = refusal(429, b"").unwrap();
        assert!(spike.0.is_proven);
    }
}
