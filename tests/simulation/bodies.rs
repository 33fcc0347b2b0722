//! What Daraja's gateway says, in its own words: (HTTP status, body).

pub(crate) const HTML: &[(u16, &str)] = &[
    (502, "<html>bad gateway</html>"),
    (503, ""),
    (503, "Request unsuccessful. Incapsula incident ID: 1-2"),
    (500, r#"{"errorCode":"500.001.1001","errorMessage":""}"#),
    (
        500,
        r#"{"errorCode":"500.003.1001","errorMessage":"Internal Server Error"}"#,
    ),
    (
        500,
        r#"{"Envelope":{"Body":{"Fault":{"faultcode":"soap:Server"}}}}"#,
    ),
    (200, "<html>"),
    (200, r#"{"ResponseCode":"0"}"#),
];
pub(crate) const REFUSED: &[(u16, &str)] = &[
    (
        400,
        r#"{"errorCode":"400.002.02","errorMessage":"Bad Request - Invalid PhoneNumber"}"#,
    ),
    (
        400,
        r#"{"errorCode":"400.002.02","errorMessage":"Bad Request - Invalid Amount"}"#,
    ),
    (
        500,
        r#"{"errorCode":"500.001.1001","errorMessage":"Wrong credentials"}"#,
    ),
    (
        200,
        r#"{"ResponseCode":"1","ResponseDescription":"Rejected"}"#,
    ),
];
pub(crate) const SPIKES: &[(u16, &str)] = &[
    (
        429,
        r#"{"fault":{"faultstring":"Spike arrest","detail":{"errorcode":"policies.ratelimit.SpikeArrestViolation"}}}"#,
    ),
    (
        500,
        r#"{"errorCode":"500.003.02","errorMessage":"Error Occurred: Spike Arrest Violation"}"#,
    ),
    (
        500,
        r#"{"errorCode":"500.003.03","errorMessage":"Quota Violation"}"#,
    ),
];
pub(crate) const ADVICE: &[(u16, &str)] = &[
    (
        500,
        r#"{"errorCode":"500.003.02","errorMessage":"System is busy. Please try again in few minutes."}"#,
    ),
    (
        500,
        r#"{"errorCode":"500.002.1001","errorMessage":"Service is currently under maintenance"}"#,
    ),
];
pub(crate) const TOKEN: (u16, &str) = (
    404,
    r#"{"errorCode":"404.001.03","errorMessage":"Invalid Access Token"}"#,
);
pub(crate) const LOCKED: (u16, &str) = (
    500,
    r#"{"errorCode":"500.001.1001","errorMessage":"Unable to lock subscriber, a transaction is already in process"}"#,
);
pub(crate) const FIREWALL: (u16, &str) = (
    403,
    r#"<html style="height:100%"><head><META NAME="ROBOTS""#,
);
pub(crate) const DECLINES: &[&str] = &[
    "1032", "1", "2001", "1032", "8006", "17", "1001", "4", "26", "1019", "2029", "2028",
];
pub(crate) const STRANGE: &[&str] = &["7777", "00", "0.0"];
