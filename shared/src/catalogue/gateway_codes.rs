//! Answers of Daraja's gateway to a request that it refuses. Whether a prompt may still ring is
//! decided by `malipo_engine::daraja`, since it takes the text as well as the code.

use super::{Api, Kind, Row};

const fn row(code: &'static str, meaning: &'static str, merchant: &'static str) -> Row {
    Row {
        api: Api::Gateway,
        code,
        meaning,
        kind: Kind::Answer,
        merchant,
    }
}

pub(super) const ROWS: &[Row] = &[
    row(
        "400.002.02",
        "Bad request: the field that the text names is invalid.",
        "Check the named field; send JSON, not a form.",
    ),
    row(
        "400.002.05",
        "The request's body is malformed or incomplete.",
        "Compare the body with Safaricom's page.",
    ),
    row(
        "400.003.01",
        "The access token is invalid.",
        "A new token is minted once; then check that the product is on the app.",
    ),
    row(
        "400.008.01",
        "The Authorization scheme of the token request is wrong.",
        "Use HTTP Basic with consumer key and secret.",
    ),
    row(
        "400.008.02",
        "The grant type is wrong; to a push: the phone number is invalid.",
        "Ask for client_credentials; use 2547… or 2541….",
    ),
    row(
        "401.001",
        "The access token is invalid (Pull Transactions).",
        "A new token is minted once.",
    ),
    row(
        "401.002.01",
        "The access token is invalid or expired.",
        "A new token is minted once; then check the app's products.",
    ),
    row(
        "404.001.01",
        "There is no such resource.",
        "Check the base URL and the environment.",
    ),
    row(
        "404.001.03",
        "The access token is invalid, or the app lacks the product.",
        "A new token is minted once; then ask Safaricom to put the product on the app.",
    ),
    row(
        "404.001.04",
        "The Authorization header is malformed.",
        "It is `Bearer`, one space, the token.",
    ),
    row(
        "404.002.02",
        "A query's target is not known, or not yet.",
        "Never a verdict.",
    ),
    row("405.001", "The method is not allowed.", "Use POST."),
    row(
        "500.001.1001",
        "One code for many things: wrong credentials, no such merchant, the subscriber locked, a payment in process. Only the text tells.",
        "Check shortcode, passkey and timestamp when the text says so.",
    ),
    row(
        "500.002.1001",
        "The service is under maintenance, or throttled.",
        "Wait; the push is not resent by the machine.",
    ),
    row(
        "500.003.02",
        "The system is busy, or the spike arrest was hit.",
        "Wait; fewer requests a second.",
    ),
    row(
        "500.003.03",
        "The quota is used up.",
        "Wait; ask Safaricom for a higher quota.",
    ),
    row(
        "500.003.1001",
        "Internal server error; on a C2B registration: the URLs are registered already.",
        "To a push: its fate is unknown until M-PESA tells.",
    ),
    row(
        "policies.ratelimit.SpikeArrestViolation",
        "HTTP 429: too many requests a minute.",
        "Wait; the sandbox takes five queries a minute.",
    ),
];
