//! Whether Daraja is reached, whether it takes the credentials, and whether its clock is ours: asked from this machine.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Result;
use malipo_engine::daraja::{MintAnswer, basic_authorization, decode_token, is_firewall_page};

use super::load_settings::Settings;
use super::report::Report;
use crate::fetch::{Answer, Call, fetch};

pub(super) const SANDBOX_URL: &str = "https://sandbox.safaricom.co.ke";
pub(super) const PRODUCTION_URL: &str = "https://api.safaricom.co.ke";
/// Clocks that differ by more are a finding, in milliseconds.
const CLOCK_MS_MAX: i64 = 60_000;
const NO_PUSH: &str = "without a token no push leaves";

/// Where Safaricom's two Darajas are.
pub(super) struct Elsewhere<'a> {
    pub(super) sandbox_url: &'a str,
    pub(super) production_url: &'a str,
}

/// What a call without credentials has shown.
pub(super) struct Probe {
    /// What was seen instead of an answer.
    pub(super) failed: Option<String>,
    pub(super) status: u64,
    pub(super) is_firewall: bool,
    pub(super) date_ms: Option<i64>,
}

pub(super) fn examine(
    settings: &Settings,
    elsewhere: &Elsewhere<'_>,
    report: &mut Report,
) -> Result<()> {
    let Some(url) = base_url(settings, elsewhere) else {
        let what = "DARAJA_BASE_URL is missing: the emulator's address";
        report.find(
            "egress",
            what,
            NO_PUSH,
            "`cargo xtask dev` sets it by itself; or name it",
        );
        return Ok(());
    };
    if !settings.is_emulator() && !url.starts_with("https://") && !is_given_by_test(elsewhere) {
        report.find(
            "egress",
            "DARAJA_BASE_URL does not begin with https://",
            "it is sent your credentials",
            "give an https:// address",
        );
        return Ok(());
    }
    let before_ms = now_ms();
    let probe = match ask(&url, None)? {
        Ok(answer) => Probe {
            failed: None,
            status: answer.status.into(),
            is_firewall: is_firewall_page(answer.text.as_bytes()),
            date_ms: answer.date_ms,
        },
        Err(why) => Probe {
            failed: Some(why),
            status: 0,
            is_firewall: false,
            date_ms: None,
        },
    };
    let is_reached = reached("this machine", &url, &probe, report);
    let here_ms = between(before_ms, probe.date_ms);
    compare(&[("this machine's", here_ms)], probe.date_ms, report);
    if is_reached {
        credentials(settings, &url, elsewhere, report)?;
    } else {
        report.skip("credentials", "Daraja is not reached");
    }
    Ok(())
}

/// Whether Daraja was reached; else says what is in the way.
pub(super) fn reached(from: &str, url: &str, probe: &Probe, report: &mut Report) -> bool {
    report.look("egress");
    if let Some(why) = &probe.failed {
        report.find(
            "egress",
            format!("{from} does not reach {url}: {why}"),
            NO_PUSH,
            "look at the address and at what is between; then run this again",
        );
        return false;
    }
    if probe.is_firewall {
        report.find(
            "egress",
            format!("Safaricom's firewall (Incapsula) answers {from} in Daraja's place, with status {}", probe.status),
            "it refuses the address that asks, whatever is asked: no token, no push, no query",
            "wait an hour if many calls were made; else use a relay with a fixed address (DARAJA_BASE_URL), or ask APISupport@safaricom.co.ke",
        );
        return false;
    }
    if probe.status == 404 || probe.status >= 500 {
        report.find(
            "egress",
            format!("{url} answers {from} with status {}", probe.status),
            NO_PUSH,
            "look at DARAJA_BASE_URL; if it is Safaricom's, try again later",
        );
        return false;
    }
    true
}

/// Compares clocks with Daraja's.
pub(super) fn compare(clocks: &[(&str, i64)], daraja_ms: Option<i64>, report: &mut Report) {
    let Some(daraja_ms) = daraja_ms else {
        return report.skip("clock", "Daraja did not tell its time");
    };
    report.look("clock");
    for (whose, at_ms) in clocks {
        let ahead_ms = at_ms - daraja_ms;
        if ahead_ms.abs() > CLOCK_MS_MAX {
            let way = if ahead_ms > 0 { "ahead of" } else { "behind" };
            report.find(
                "clock",
                format!("{whose} clock is {} s {way} Daraja's", ahead_ms.abs() / 1000),
                "signed orders expire by it, pushes are stamped by it, and M-PESA refuses stamps far from its own",
                "set the clock (NTP); if Daraja's own is wrong, tell APISupport@safaricom.co.ke",
            );
        }
    }
}

/// The moment here, between `before_ms` and now, that is nearest to another's: a slow answer is no wrong clock.
pub(super) fn between(before_ms: i64, theirs_ms: Option<i64>) -> i64 {
    let now_ms = now_ms().max(before_ms);
    theirs_ms.map_or(now_ms, |at_ms| at_ms.clamp(before_ms, now_ms))
}

/// Unix milliseconds here.
pub(super) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
    })
}

fn credentials(
    settings: &Settings,
    url: &str,
    elsewhere: &Elsewhere<'_>,
    report: &mut Report,
) -> Result<()> {
    let Some(authorization) = authorization(settings) else {
        report.skip("credentials", "the consumer key or secret is missing");
        return Ok(());
    };
    match ask(url, Some(&authorization))? {
        Ok(answer) => match decode_token(answer.status, answer.text.as_bytes()) {
            MintAnswer::Minted(_) => report.look("credentials"),
            MintAnswer::BadCredentials(said) => {
                refused(&said, &settings.env(), Some(settings), elsewhere, report)?;
            }
            MintAnswer::Unavailable(said) => no_token(&said, report),
        },
        Err(why) => no_token(&why, report),
    }
    Ok(())
}

pub(super) fn no_token(said: &str, report: &mut Report) {
    let what = format!("Daraja gave no token: {said}");
    let mend = "run this again in a minute; if it stays so, ask APISupport@safaricom.co.ke";
    report.find("credentials", what, NO_PUSH, mend);
}

/// Daraja refused the credentials: are they the other environment's?
pub(super) fn refused(
    said: &str,
    env: &str,
    settings: Option<&Settings>,
    elsewhere: &Elsewhere<'_>,
    report: &mut Report,
) -> Result<()> {
    let other = match env {
        "production" => Some(("sandbox", elsewhere.sandbox_url)),
        "sandbox" => Some(("production", elsewhere.production_url)),
        _ => None,
    };
    if let (Some((name, url)), Some(authorization)) = (other, settings.and_then(authorization))
        && let Ok(answer) = ask(url, Some(&authorization))?
        && let MintAnswer::Minted(_) = decode_token(answer.status, answer.text.as_bytes())
    {
        report.find(
            "credentials",
            format!("DARAJA_ENV is {env}, but these are {name} credentials"),
            "Daraja answers `Invalid Authentication`, and no push leaves",
            format!("set DARAJA_ENV to {name}, or take key and secret from the {env} app"),
        );
        return Ok(());
    }
    report.find(
        "credentials",
        format!("Daraja refuses the consumer key and secret: {said} (`Invalid Authentication`)"),
        NO_PUSH,
        format!("copy both from the {env} app on developer.safaricom.co.ke; sandbox and production have apps of their own"),
    );
    Ok(())
}

fn authorization(settings: &Settings) -> Option<String> {
    let key = settings.secret("DARAJA_CONSUMER_KEY")?;
    let secret = settings.secret("DARAJA_CONSUMER_SECRET")?;
    Some(basic_authorization(key, secret))
}

fn ask(url: &str, authorization: Option<&str>) -> Result<Result<Answer, String>> {
    let mut headers = vec![("Accept", "application/json")];
    headers.extend(authorization.map(|value| ("Authorization", value)));
    fetch(&Call {
        method: "GET",
        url: &format!("{url}/oauth/v1/generate?grant_type=client_credentials"),
        headers: &headers,
        body: None,
    })
}

fn base_url(settings: &Settings, elsewhere: &Elsewhere<'_>) -> Option<String> {
    let given = settings.var("DARAJA_BASE_URL");
    let url = given.or_else(|| match settings.env().as_str() {
        "sandbox" => Some(elsewhere.sandbox_url.to_owned()),
        "production" => Some(elsewhere.production_url.to_owned()),
        _ => None,
    });
    url.map(|url| url.trim_end_matches('/').to_owned())
}

/// A test's Darajas are on this machine, without TLS.
fn is_given_by_test(elsewhere: &Elsewhere<'_>) -> bool {
    elsewhere.sandbox_url != SANDBOX_URL || elsewhere.production_url != PRODUCTION_URL
}
