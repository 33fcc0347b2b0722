//! The stories that the last four digits of a number choose, each with its name for scripts.

use crate::story::{Callback, Customer, Later, Query, QueryAnswer, Raw, Refusal, Story, Submit};

/// One row of the table.
#[derive(Clone, Copy)]
pub(crate) struct Magic {
    /// The last four digits of the number.
    pub(crate) digits: &'static str,
    /// What a script may call it.
    pub(crate) name: &'static str,
    /// What the customer's number does, for the handset page.
    pub(crate) summary: &'static str,
    story: fn() -> Story,
}

impl Magic {
    pub(crate) fn story(&self) -> Story {
        (self.story)()
    }
}

/// The story of a number without a script.
pub(crate) fn by_msisdn(msisdn: &str) -> Option<Magic> {
    TABLE
        .iter()
        .find(|magic| msisdn.ends_with(magic.digits))
        .copied()
}

/// The story that a script names, by its name or its digits.
pub(crate) fn by_name(name: &str) -> Option<Story> {
    if name == "handset" {
        return Some(Story::default());
    }
    TABLE
        .iter()
        .find(|magic| magic.name == name || magic.digits == name)
        .map(Magic::story)
}

const fn row(
    digits: &'static str,
    name: &'static str,
    summary: &'static str,
    story: fn() -> Story,
) -> Magic {
    Magic {
        digits,
        name,
        summary,
        story,
    }
}

pub(crate) const TABLE: [Magic; 28] = [
    row("0000", "pays", "pays after 2 s", || pays(2_000)),
    row("0001", "insufficient_balance", "not enough balance", || {
        declines("1")
    }),
    row("2001", "wrong_pin", "enters a wrong PIN", || {
        declines("2001")
    }),
    row("1032", "cancels", "cancels", || declines("1032")),
    row("1037", "unreachable", "cannot be reached", unreachable),
    row("1019", "expires", "the transaction expires", || {
        declines("1019")
    }),
    row("1025", "prompt_failed", "the prompt cannot be sent", || {
        silent_phone(declines("1025"))
    }),
    row("9999", "prompt_error", "the prompt cannot be sent", || {
        silent_phone(declines("9999"))
    }),
    row("8006", "pin_locked", "the PIN is locked", || {
        declines("8006")
    }),
    row(
        "2028",
        "product_assignment",
        "not permitted by product assignment",
        || silent_phone(declines("2028")),
    ),
    row(
        "0017",
        "rule_limited",
        "same amount twice within 2 minutes",
        || silent_phone(declines("17")),
    ),
    row("0026", "system_busy", "M-PESA is busy", || {
        silent_phone(declines("26"))
    }),
    row("3008", "bad_debt", "E3008, a code with a letter", || {
        silent_phone(declines("E3008"))
    }),
    row(
        "1001",
        "locked",
        "refused at once: subscriber locked",
        || refused(subscriber_locked()),
    ),
    row("4999", "slow", "4999 for 20 s, then pays", || pays(20_000)),
    row(
        "0404",
        "no_callback",
        "pays, the callback never arrives",
        || told(pays(2_000), 0),
    ),
    row(
        "0222",
        "callback_twice",
        "pays, the callback comes twice",
        || told(pays(2_000), 2),
    ),
    row(
        "0111",
        "callback_first",
        "pays, the callback precedes the push's answer",
        callback_first,
    ),
    row(
        "0500",
        "answer_lost",
        "the push's answer is lost, the customer pays",
        || submitted(pays(2_000), Submit::Lose),
    ),
    row(
        "0501",
        "push_lost",
        "the push is lost, nothing rings",
        || submitted(Story::default(), Submit::Drop),
    ),
    row(
        "0503",
        "gateway_503",
        "a gateway answers 503 in HTML",
        || submitted(Story::default(), Submit::Raw(gateway_503())),
    ),
    row(
        "0403",
        "firewall_403",
        "the firewall answers 403 in HTML",
        || submitted(Story::default(), Submit::Raw(firewall_403())),
    ),
    row(
        "0429",
        "spike_arrest",
        "429 once, then accepted; pays after 2 s",
        spike_arrest,
    ),
    row(
        "0099",
        "queries_err",
        "accepted, then silence; queries only err",
        queries_err,
    ),
    row(
        "9037",
        "pays_late",
        "1037 after 5 s, pays at 30 s after all",
        pays_late,
    ),
    row(
        "7777",
        "query_wrong",
        "queries say 1037, the money moves at 75 s",
        query_wrong,
    ),
    // 6060 and 6061 tell the shop by a C2B confirmation too, once shortcodes can register for them.
    row("6060", "echo_doubled", "pays after 2 s", || pays(2_000)),
    row(
        "6061",
        "echo_only",
        "pays after 2 s, the callback never arrives",
        || told(pays(2_000), 0),
    ),
];

fn pays(after_ms: u64) -> Story {
    Story {
        customer: Customer::Pays { after_ms },
        ..Story::default()
    }
}

fn declines(code: &str) -> Story {
    Story {
        customer: Customer::Declines {
            after_ms: 3_000,
            code: code.into(),
            desc: None,
        },
        ..Story::default()
    }
}

fn silent_phone(story: Story) -> Story {
    Story {
        prompt: false,
        ..story
    }
}

fn told(story: Story, copies: u32) -> Story {
    Story {
        callback: Callback {
            copies,
            ..Callback::default()
        },
        ..story
    }
}

fn submitted(story: Story, submit: Submit) -> Story {
    Story {
        submit: vec![submit],
        ..story
    }
}

fn refused(refusal: Refusal) -> Story {
    submitted(Story::default(), Submit::Refuse(refusal))
}

fn unreachable() -> Story {
    let customer = Customer::Declines {
        after_ms: 5_000,
        code: "1037".into(),
        desc: None,
    };
    silent_phone(Story {
        customer,
        ..Story::default()
    })
}

fn pays_late() -> Story {
    Story {
        later: Some(Later {
            pays_after_ms: 30_000,
        }),
        ..unreachable()
    }
}

fn callback_first() -> Story {
    Story {
        callback: Callback {
            before_answer: true,
            ..Callback::default()
        },
        ..pays(0)
    }
}

fn spike_arrest() -> Story {
    Story {
        submit: vec![Submit::Raw(spike_arrest_429(5)), Submit::Accept],
        ..pays(2_000)
    }
}

fn query_wrong() -> Story {
    let always = QueryAnswer::Result {
        code: "1037".into(),
        desc: None,
    };
    Story {
        query: Query {
            first: Vec::new(),
            then: vec![always],
        },
        ..pays(75_000)
    }
}

fn queries_err() -> Story {
    let then = vec![
        QueryAnswer::Refuse(Refusal::new(500, "500.001.1001", "")),
        QueryAnswer::Refuse(Refusal::new(
            500,
            "500.001.1001",
            "The transaction is being processed",
        )),
        QueryAnswer::Refuse(Refusal::new(
            400,
            "400.002.02",
            "Bad Request - Invalid CheckoutRequestID",
        )),
    ];
    silent_phone(Story {
        customer: Customer::Silent,
        query: Query {
            first: Vec::new(),
            then,
        },
        ..Story::default()
    })
}

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

fn gateway_503() -> Raw {
    html(
        503,
        "<html>\n<head><title>503 Service Temporarily Unavailable</title></head>\n<body>\n\
        <center><h1>503 Service Temporarily Unavailable</h1></center>\n</body>\n</html>\n",
    )
}

fn firewall_403() -> Raw {
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

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_number_and_every_name_is_taken_once() {
        assert_eq!(
            TABLE
                .iter()
                .map(|magic| magic.digits)
                .collect::<HashSet<_>>()
                .len(),
            TABLE.len()
        );
        assert_eq!(
            TABLE
                .iter()
                .map(|magic| magic.name)
                .collect::<HashSet<_>>()
                .len(),
            TABLE.len()
        );
        assert!(TABLE.iter().all(|magic| magic.digits.len() == 4));
    }

    #[test]
    fn a_story_is_found_by_number_digits_and_name() {
        assert_eq!(
            by_msisdn("254700001032").map(|magic| magic.name),
            Some("cancels")
        );
        assert!(by_msisdn("254708374149").is_none());
        assert_eq!(by_name("1032"), by_name("cancels"));
        assert_eq!(by_name("handset"), Some(Story::default()));
        assert_eq!(by_name("nonsense"), None);
    }
}
