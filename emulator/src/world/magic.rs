//! The stories that the last four digits of a number choose, each with its name for scripts.

use crate::world::{
    gateway,
    story::{Callback, Customer, Echo, Later, Query, QueryAnswer, Raw, Refusal, Story, Submit},
};

/// One row of the table.
#[derive(Clone, Copy)]
pub(crate) struct Magic {
    /// The last four digits of the number.
    pub(crate) digits: &'static str,
    /// What a script may call it, and what the handset says of its number.
    pub(crate) name: &'static str,
    story: fn() -> Story,
}

impl Magic {
    pub(crate) fn story(&self) -> Story {
        (self.story)()
    }
}

/// The story of a number without a script.
pub(crate) fn by_msisdn(msisdn: &str) -> Option<Magic> {
    let mut rows = TABLE.iter();
    rows.find(|magic| msisdn.ends_with(magic.digits)).copied()
}

/// The story that a script names, by its name or its digits.
pub(crate) fn by_name(name: &str) -> Option<Story> {
    if name == "handset" {
        return Some(Story::default());
    }
    let mut rows = TABLE.iter();
    rows.find(|magic| magic.name == name || magic.digits == name)
        .map(Magic::story)
}

pub(crate) const TABLE: [Magic; 28] = [
    row("0000", "pays", || pays(2_000)),
    row("0001", "insufficient_balance", || declines("1")),
    row("2001", "wrong_pin", || declines("2001")),
    row("1032", "cancels", || declines("1032")),
    row("1037", "unreachable", unreachable),
    row("1019", "expires", || declines("1019")),
    row("1025", "prompt_failed", || unasked(declines("1025"))),
    row("9999", "prompt_error", || unasked(declines("9999"))),
    row("8006", "pin_locked", || declines("8006")),
    row("2028", "product_assignment", || unasked(declines("2028"))),
    row("0017", "rule_limited", || unasked(declines("17"))),
    row("0026", "system_busy", || unasked(declines("26"))),
    row("3008", "bad_debt", || unasked(declines("E3008"))),
    row("1001", "locked", || refused(gateway::subscriber_locked())),
    row("4999", "slow", || pays(20_000)),
    row("0404", "no_callback", || told(pays(2_000), 0)),
    row("0222", "callback_twice", || told(pays(2_000), 2)),
    row("0111", "callback_first", callback_first),
    row("0500", "answer_lost", || {
        submitted(pays(2_000), Submit::Lose)
    }),
    row("0501", "push_lost", || {
        submitted(Story::default(), Submit::Drop)
    }),
    row("0503", "gateway_503", || raw(gateway::unavailable_503())),
    row("0403", "firewall_403", || raw(gateway::firewall_403())),
    row("0429", "spike_arrest", spike_arrest),
    row("0099", "queries_err", queries_err),
    row("9037", "pays_late", pays_late),
    row("7777", "query_wrong", query_wrong),
    row("6060", "echo_doubled", echo_doubled),
    row("6061", "echo_only", || told(pays(2_000), 0)),
];

const fn row(digits: &'static str, name: &'static str, story: fn() -> Story) -> Magic {
    Magic {
        digits,
        name,
        story,
    }
}

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

fn unasked(story: Story) -> Story {
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

fn raw(raw: Raw) -> Story {
    submitted(Story::default(), Submit::Raw(raw))
}

fn unreachable() -> Story {
    let customer = Customer::Declines {
        after_ms: 5_000,
        code: "1037".into(),
        desc: None,
    };
    unasked(Story {
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

fn echo_doubled() -> Story {
    Story {
        echo: Echo {
            copies: 2,
            after_ms: 0,
            before_callback: true,
            ..Echo::default()
        },
        ..pays(2_000)
    }
}

fn spike_arrest() -> Story {
    Story {
        submit: vec![Submit::Raw(gateway::spike_arrest_429(5)), Submit::Accept],
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
    unasked(Story {
        customer: Customer::Silent,
        query: Query {
            first: Vec::new(),
            then,
        },
        ..Story::default()
    })
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
