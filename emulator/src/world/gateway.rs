//! Answers of what stands in front of M-PESA: Apigee, a gateway, a firewall, the subscriber's lock.

use crate::world::story::{Raw, Refusal};

/// Daraja, M-Pesa Express, "Common Error Codes".
pub(crate) fn subscriber_locked() -> Refusal {
    let message =
        "Unable to lock subscriber, a transaction is already in process for the current subscriber";
    Refusal::new(500, "500.001.1001", message)
}

/// Apigee's, as the sandbox sends it; Safaricom's page documents 500.003.02 instead.
pub(crate) fn spike_arrest_429(per_minute: u32) -> Raw {
    let faultstring = format!(
        "Spike arrest violation. Allowed rate : MessageRate{{messagesPerPeriod={per_minute}, \
         periodInMicroseconds=60000000, maxBurstMessageCount=1.0}}"
    );
    let errorcode = "policies.ratelimit.SpikeArrestViolation";
    let body = serde_json::json!({"fault": {"faultstring": faultstring, "detail": {"errorcode": errorcode}}});
    Raw {
        status: 429,
        content_type: "application/json".into(),
        body: body.to_string(),
    }
}

pub(crate) fn unavailable_503() -> Raw {
    html(
        503,
        "<html>\n<head><title>503 Service Temporarily Unavailable</title></head>\n<body>\n\
        <center><h1>503 Service Temporarily Unavailable</h1></center>\n</body>\n</html>\n",
    )
}

pub(crate) fn firewall_403() -> Raw {
    html(
        403,
        "<html style=\"height:100%\"><head><META NAME=\"ROBOTS\" CONTENT=\"NOINDEX, NOFOLLOW\">\
        <meta name=\"format-detection\" content=\"telephone=no\"></head><body style=\"margin:0px;height:100%\">\
        Request unsuccessful. Incapsula incident ID: 173000240624511593-8199</body></html>",
    )
}

fn html(status: u16, body: &str) -> Raw {
    Raw {
        status,
        content_type: "text/html".into(),
        body: body.into(),
    }
}
