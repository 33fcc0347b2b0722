//! What Daraja's gateway and M-PESA say, in their own words: answers as (HTTP status, body), and what is posted to hooks. The simulation
//! uses it.

type Said = (u16, &'static str);

pub const HTML: &[Said] = &[
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
pub const REFUSED: &[Said] = &[
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
pub const SPIKES: &[Said] = &[
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
pub const ADVICE: &[Said] = &[
    (
        500,
        r#"{"errorCode":"500.003.02","errorMessage":"System is busy. Please try again in few minutes."}"#,
    ),
    (
        500,
        r#"{"errorCode":"500.002.1001","errorMessage":"Service is currently under maintenance"}"#,
    ),
];
pub const TOKEN: Said = (
    404,
    r#"{"errorCode":"404.001.03","errorMessage":"Invalid Access Token"}"#,
);
pub const LOCKED: Said = (
    500,
    r#"{"errorCode":"500.001.1001","errorMessage":"Unable to lock subscriber, a transaction is already in process"}"#,
);
pub const FIREWALL: Said = (
    403,
    r#"<html style="height:100%"><head><META NAME="ROBOTS""#,
);
pub const DECLINES: &[&str] = &[
    "1032", "1", "2001", "1032", "8006", "17", "1001", "4", "26", "1019", "2029", "2028",
];
pub const STRANGE: &[&str] = &["7777", "00", "0.0"];

/// A callback of a push that was paid. `timestamp` is as M-PESA writes it.
#[must_use]
pub fn paid(id: &str, amount: u32, number: Option<&str>, timestamp: &str) -> String {
    let number = number.map_or(String::new(), |n| {
        format!(r#"{{"Name":"MpesaReceiptNumber","Value":"{n}"}},"#)
    });
    format!(
        r#"{{"Body":{{"stkCallback":{{"MerchantRequestID":"m","CheckoutRequestID":"{id}","ResultCode":0,"ResultDesc":"",
        "CallbackMetadata":{{"Item":[{{"Name":"Amount","Value":{amount}}},{number}{{"Name":"Balance"}},{{"Name":"TransactionDate","Value":{timestamp}}}]}}}}}}}}"#
    )
}

/// A callback of a push that was not paid. Numbers come as numbers, the other codes as texts.
#[must_use]
pub fn declined(id: &str, code: &str) -> String {
    let code = match code.parse::<u32>() {
        Ok(_) if !code.starts_with("00") => code.to_owned(),
        _ if code == "0.0" => code.to_owned(),
        _ => format!("\"{code}\""),
    };
    format!(
        r#"{{"Body":{{"stkCallback":{{"MerchantRequestID":"m","CheckoutRequestID":"{id}","ResultCode":{code},"ResultDesc":""}}}}}}"#
    )
}

/// A push that was taken.
#[must_use]
pub fn accepted(id: &str) -> String {
    format!(r#"{{"MerchantRequestID":"m","CheckoutRequestID":"{id}","ResponseCode":"0"}}"#)
}

/// An error of the gateway's.
#[must_use]
pub fn error(code: &str, text: &str) -> (u16, String) {
    let body = format!(r#"{{"errorCode":"{code}","errorMessage":"{text}"}}"#);
    (500, body)
}

/// What a query says of a push that is decided, or still waited for.
#[must_use]
pub fn verdict(id: &str, code: &str) -> (u16, String) {
    let body = format!(
        r#"{{"ResponseCode":"0","CheckoutRequestID":"{id}","ResultCode":"{code}","ResultDesc":""}}"#
    );
    (200, body)
}
