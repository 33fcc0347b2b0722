//! The API's JSON, as far as the dashboard reads it. Amounts are whole shillings, times Unix milliseconds.

pub(crate) use malipo_shared::merchant::PaymentFacts;
use serde::Deserialize;

/// Whose dashboard it is; without a link nobody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Session {
    pub(crate) link: Option<String>,
    /// `emulator`, `sandbox` or `production`.
    #[serde(default)]
    pub(crate) env: String,
    /// What stands before the API's paths: nothing, or `/m/{link}`.
    #[serde(default)]
    pub(crate) prefix: String,
    /// In Unix milliseconds. It tells one signing in from the next.
    #[serde(default)]
    pub(crate) expires_at_ms: u64,
    /// Where Cloudflare Access forgets this browser; none where it does not stand in front.
    #[serde(default)]
    pub(crate) access_logout_url: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Summary {
    pub(crate) today: Today,
    pub(crate) days: Vec<DaySum>,
    pub(crate) codes: Vec<CodeCount>,
    pub(crate) needs: Needs,
    pub(crate) compared: Compared,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Today {
    pub(crate) paid_kes: u64,
    pub(crate) payments: u64,
    pub(crate) paid: u64,
    pub(crate) declined: u64,
    /// Of the payments with a request to a phone, the share that is paid, from 0 to 1; none while there is none.
    pub(crate) success_rate: Option<f64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct DaySum {
    /// Of Kenya's calendar: `2026-11-26`.
    pub(crate) day: String,
    pub(crate) paid_kes: u64,
    pub(crate) payments: u64,
    pub(crate) paid: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct CodeCount {
    pub(crate) code: String,
    pub(crate) count: u64,
}

/// How many wait for a person. None may be left out: what was not counted is not nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(crate) struct Needs {
    pub(crate) review: u64,
    pub(crate) unresolved: u64,
    pub(crate) disputed: u64,
    pub(crate) unmatched: u64,
    pub(crate) undelivered: u64,
    pub(crate) differences: u64,
    pub(crate) unprocessed: u64,
}

/// What was compared with M-PESA's books.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Compared {
    /// The newest comparison; with a problem it did not come to its end.
    pub(crate) last: Option<Run>,
    /// The newest that did.
    pub(crate) complete: Option<Run>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Run {
    pub(crate) at_ms: u64,
    /// `pull` or `statement`.
    pub(crate) source: String,
    pub(crate) from_ms: u64,
    pub(crate) to_ms: u64,
    pub(crate) payments: u64,
    pub(crate) problem: Option<String>,
}

/// Orders that unmatched money may be meant for, the likeliest first.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Candidates {
    pub(crate) candidates: Vec<Candidate>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Candidate {
    pub(crate) account_reference: String,
    pub(crate) reference: Option<String>,
    pub(crate) description: String,
    pub(crate) outstanding_kes: u64,
    pub(crate) opened_at_ms: u64,
    /// `reference`, `amount`, `unnumbered`, `phone` or `time`.
    pub(crate) because: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct PaymentsPage {
    pub(crate) payments: Vec<PaymentFacts>,
    pub(crate) next: Option<String>,
}

/// A payment with its story and what the shop was told.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Story {
    pub(crate) payment: PaymentFacts,
    pub(crate) timeline: Vec<Told>,
    pub(crate) deliveries: Vec<Delivery>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Told {
    pub(crate) at_ms: u64,
    pub(crate) what: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Delivery {
    /// In lists alone.
    #[serde(default)]
    pub(crate) account_reference: String,
    pub(crate) sequence: u64,
    pub(crate) r#type: String,
    pub(crate) at_ms: u64,
    pub(crate) tries: u64,
    /// `due`, `heard`, `superseded` or `unheard`.
    pub(crate) standing: String,
    pub(crate) next_at_ms: Option<u64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct DeliveriesPage {
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) next: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct UnmatchedPage {
    pub(crate) unmatched: Vec<Unmatched>,
    pub(crate) next: Option<String>,
}

/// Money that nobody has claimed.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Unmatched {
    pub(crate) receipt: String,
    /// `unmatched` or `unverified`.
    pub(crate) status: String,
    pub(crate) amount_kes: Option<u64>,
    /// As M-PESA said it.
    #[serde(default)]
    pub(crate) amount_said: Option<String>,
    /// What an order would count of it; none where nothing can be counted.
    #[serde(default)]
    pub(crate) countable_kes: Option<u64>,
    /// Why no order can count it.
    #[serde(default)]
    pub(crate) problem: Option<String>,
    pub(crate) paid_at_ms: Option<u64>,
    pub(crate) payer_masked: Option<String>,
    /// The account number as it was typed.
    pub(crate) bill_ref: Option<String>,
    pub(crate) listed_at_ms: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Items {
    pub(crate) items: Vec<Item>,
    pub(crate) open_amount: Option<OpenAmount>,
    pub(crate) shop_name: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Item {
    pub(crate) id: String,
    pub(crate) amount_kes: u64,
    pub(crate) description: String,
    pub(crate) pay_url: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct OpenAmount {
    pub(crate) min_kes: u64,
    pub(crate) max_kes: u64,
    pub(crate) pay_url: String,
}

/// A payment that was created here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Created {
    pub(crate) payment: PaymentFacts,
    pub(crate) pay_url: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct DifferencesPage {
    pub(crate) differences: Vec<Difference>,
    pub(crate) next: Option<String>,
}

/// Where our books and M-PESA's differ.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Difference {
    pub(crate) id: serde_json::Value,
    pub(crate) kind: String,
    pub(crate) receipt: Option<String>,
    pub(crate) account_reference: Option<String>,
    pub(crate) ours_kes: Option<u64>,
    pub(crate) theirs_kes: Option<u64>,
    /// The same with its cents, where it has any.
    pub(crate) theirs_said: Option<String>,
    pub(crate) at_ms: Option<u64>,
    pub(crate) found_at_ms: u64,
    #[serde(default)]
    pub(crate) source: String,
    pub(crate) unknown_kind: Option<String>,
    #[serde(default)]
    pub(crate) what_to_do: String,
    pub(crate) settled_at_ms: Option<u64>,
}

/// An error's body. Its code is a text: a newer Worker may know more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct ErrorBody {
    pub(crate) error: Refusal,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) param: Option<String>,
}

impl Today {
    /// The share that is paid, in whole percent, cut off.
    pub(crate) fn success_percent(&self) -> Option<u64> {
        // The API rounds to four places.
        let share = self.success_rate?;
        Some((share * 10_000.0).round() as u64 / 100)
    }
}

impl Difference {
    /// Its name in an address, whether it is a number or a text.
    pub(crate) fn id(&self) -> String {
        match self.id.as_str() {
            Some(text) => text.to_owned(),
            None => self.id.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_cut_off_not_rounded() {
        for (rate, percent) in [
            (None, None),
            (Some(0.0), Some(0)),
            (Some(0.29), Some(29)),
            (Some(0.9999), Some(99)),
            (Some(1.0), Some(100)),
        ] {
            let today = Today {
                paid_kes: 0,
                payments: 0,
                paid: 0,
                declined: 0,
                success_rate: rate,
            };
            assert_eq!(today.success_percent(), percent, "{rate:?}");
        }
    }

    #[test]
    fn a_difference_has_a_name_whatever_it_is() {
        let difference = |id: &str| {
            let text = format!(r#"{{"id":{id},"kind":"missing","found_at_ms":1}}"#);
            serde_json::from_str::<Difference>(&text).unwrap().id()
        };
        assert_eq!(difference("7"), "7");
        assert_eq!(difference("\"d-7\""), "d-7");
    }
}
