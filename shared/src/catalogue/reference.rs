//! The code reference: each row of the catalogue with a name, what the customer reads and what to do, found by number
//! and by words.

mod words;

use super::{Api, Kind, Row, Wait, rows};
use crate::sentences::{Language, NOT_CHARGED_SO_FAR, Screen, sentence};
use crate::{NextStep, Reason};
use words::EXTRA;

/// One code with all that a merchant wants to know of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// The catalogue's row.
    pub row: &'static Row,
    /// A short name.
    pub name: &'static str,
    todo: &'static str,
    words: &'static str,
}

impl Api {
    /// Where the code is answered, for a person.
    pub const fn label(self) -> &'static str {
        match self {
            Api::Stk => "Result of a push",
            Api::Gateway => "Daraja's gateway",
            Api::C2bValidation => "Payment by hand (C2B)",
            Api::Initiator => "Refunds and look-ups",
            Api::Malipo => "Malipo's API",
        }
    }
}

impl Entry {
    /// What the merchant can do, one sentence or more.
    pub fn what_to_do(&self) -> String {
        match (self.todo, self.row.merchant) {
            ("", merchant) => merchant.to_owned(),
            (todo, "") => todo.to_owned(),
            (todo, merchant) => format!("{todo} {merchant}"),
        }
    }

    /// What the customer reads, in English, with words where the payment's own facts would stand. One for each screen
    /// that the code can lead to; none where no customer sees anything of it.
    pub fn customer_reads(&self) -> Vec<String> {
        self.screens()
            .into_iter()
            .map(|screen| self.spoken(screen))
            .collect()
    }

    fn screens(&self) -> Vec<Screen> {
        match (self.row.api, self.row.kind) {
            (_, Kind::Paid) => vec![Screen::Paid],
            (_, Kind::Declined(decline)) => vec![Screen::Declined(decline.reason)],
            (_, Kind::Pending) => vec![Screen::Confirming],
            (Api::Gateway, Kind::Answer) => gateway_screens(self.row.code),
            (Api::Malipo, Kind::Answer) => our_screens(self.row.code),
            (Api::Stk | Api::C2bValidation | Api::Initiator, Kind::Answer) => Vec::new(),
        }
    }

    fn spoken(&self, screen: Screen) -> String {
        let (headline, rest) = sentence(screen, Language::En);
        let mut text = format!("{headline} {rest}")
            .replace("{countdown}", &self.countdown())
            .replace("{code}", self.row.code);
        for (name, word) in FACTS {
            text = text.replace(name, word);
        }
        match self.row.kind {
            Kind::Declined(decline) if decline.is_late_capable => {
                format!("{} {}", text.trim_end(), NOT_CHARGED_SO_FAR.0)
            }
            Kind::Paid | Kind::Declined(_) | Kind::Pending | Kind::Answer => {
                text.trim_end().to_owned()
            }
        }
    }

    fn countdown(&self) -> String {
        match self.row.kind {
            Kind::Declined(decline) => match decline.wait {
                Wait::Secs(secs) if secs % 60 == 0 && secs > 60 => format!("{} minutes", secs / 60),
                Wait::Secs(secs) => format!("{secs} seconds"),
                Wait::PromptIsOver => "up to 60 seconds".to_owned(),
                Wait::Never => "some time".to_owned(),
            },
            // The gateway's refusals: what the engine has the customer wait.
            Kind::Paid | Kind::Pending | Kind::Answer => "30 to 60 seconds".to_owned(),
        }
    }

    fn is_about(&self, word: &str) -> bool {
        let code = self.row.code.to_ascii_lowercase();
        let text = [
            self.name,
            self.row.meaning,
            self.row.merchant,
            self.todo,
            self.words,
            self.row.api.label(),
        ]
        .join(" ");
        code.contains(word) || starts_a_word(&text, word) || {
            let read = self.customer_reads().join(" ");
            starts_a_word(&read, word)
        }
    }

    /// The smaller, the better it fits: the code itself, its beginning, the name, the rest.
    fn distance(&self, query: &str) -> u8 {
        let code = self.row.code.to_ascii_lowercase();
        let is_named = |text: &str| {
            query
                .split_whitespace()
                .all(|word| starts_a_word(text, word))
        };
        if code == query {
            0
        } else if code.starts_with(query) {
            1
        } else if is_named(self.name) {
            2
        } else if is_named(self.words) {
            3
        } else {
            4
        }
    }
}

/// Every code, in the catalogue's order.
pub fn entries() -> impl Iterator<Item = Entry> {
    rows().map(|row| {
        let extra = EXTRA
            .iter()
            .find(|(api, code, ..)| *api == row.api && *code == row.code);
        let (name, todo, words) = extra.map_or((row.code, "", ""), |(_, _, name, todo, words)| {
            (*name, *todo, *words)
        });
        Entry {
            row,
            name,
            todo,
            words,
        }
    })
}

/// What is known of a code.
pub fn find(api: Api, code: &str) -> Option<Entry> {
    entries().find(|entry| entry.row.api == api && entry.row.code == code)
}

/// The codes that a query names, by number or by words, best first; every code for an empty one.
pub fn search(query: &str) -> Vec<Entry> {
    let query = query.trim().to_ascii_lowercase();
    let mut found: Vec<Entry> = entries()
        .filter(|entry| query.split_whitespace().all(|word| entry.is_about(word)))
        .collect();
    if !query.is_empty() {
        found.sort_by_key(|entry| entry.distance(&query));
    }
    found
}

/// The code that a line of a payment's timeline tells of, and where it was answered.
pub fn told(line: &str) -> Option<(Api, &str)> {
    let after = |mark: &str| {
        let rest = line.split_once(mark)?.1;
        rest.split_whitespace().next()
    };
    for mark in [": callback ", ": asked, M-PESA says "] {
        if let Some(code) = after(mark) {
            return Some((Api::Stk, code));
        }
    }
    let said = line.split_once(": HTTP ")?.1;
    let code = said.split_whitespace().nth(1)?;
    find(Api::Gateway, code).map(|entry| (Api::Gateway, entry.row.code))
}

/// What a reason means to the customer and to the merchant, where only the reason is known.
pub fn of_reason(reason: Reason) -> (String, &'static str) {
    let (headline, rest) = sentence(Screen::Declined(reason), Language::En);
    let mut text = format!("{headline} {rest}").replace("{countdown}", "a short while");
    for (name, word) in FACTS {
        text = text.replace(name, word);
    }
    let todo = match reason.next_step() {
        NextStep::AskShop => "Only you can help: the customer was told to contact you.",
        NextStep::TryAgain
        | NextStep::TryAgainOrByHand
        | NextStep::OtherNumber
        | NextStep::OtherNumberOrByHand
        | NextStep::EditNumber => {
            "Nothing on your side: the customer sees what to do, and the order stays open."
        }
    };
    (text.replace(" (error {code})", ""), todo)
}

/// Words in the place of a payment's own facts.
const FACTS: [(&str, &str); 10] = [
    ("{amount}", "…"),
    ("{name}", "your shop"),
    ("{receipt}", "…"),
    ("{excess}", "…"),
    ("{received}", "…"),
    ("{due}", "…"),
    ("{rest}", "…"),
    ("{payee}", "Paybill or till"),
    ("{typed_receipt}", "…"),
    ("{account_reference}", "the account number"),
];

/// What a push's customer sees when the gateway answers so; the text beside the code decides which.
fn gateway_screens(code: &str) -> Vec<Screen> {
    let declined = Screen::Declined;
    match code {
        "400.002.02" => vec![
            declined(Reason::PhoneRefused),
            declined(Reason::MerchantSetup),
        ],
        "400.008.02" => vec![declined(Reason::PhoneRefused)],
        "400.002.05" | "400.003.01" | "400.008.01" | "401.001" | "401.002.01" | "404.001.01"
        | "404.001.03" | "404.001.04" | "405.001" => vec![declined(Reason::MerchantSetup)],
        "500.001.1001" => vec![
            declined(Reason::SubscriberBusy),
            declined(Reason::MerchantSetup),
            Screen::Confirming,
        ],
        "500.002.1001" => vec![declined(Reason::SystemBusy), Screen::Confirming],
        "500.003.02" | "500.003.03" | "policies.ratelimit.SpikeArrestViolation" => {
            vec![declined(Reason::SystemBusy)]
        }
        "500.003.1001" => vec![Screen::Confirming],
        _ => Vec::new(),
    }
}

fn our_screens(code: &str) -> Vec<Screen> {
    match code {
        "INVALID_MSISDN" => vec![Screen::Declined(Reason::PhoneRefused)],
        "STK_PUSH_FAILED" => vec![Screen::Declined(Reason::MerchantSetup)],
        "MPESA_UNAVAILABLE" => vec![Screen::Declined(Reason::SystemBusy)],
        "ORDER_EXPIRED" => vec![Screen::OrderExpired],
        "INVALID_ORDER"
        | "ORDER_CHANGED"
        | "REFERENCE_COLLISION"
        | "REFERENCE_PAID"
        | "MISCONFIGURED" => vec![Screen::ShopSetUp],
        _ => Vec::new(),
    }
}

/// Whether some word of the text begins so, whatever its case.
fn starts_a_word(text: &str, word: &str) -> bool {
    text.to_ascii_lowercase()
        .split(|c: char| c.is_whitespace() || ",;:()".contains(c))
        .any(|part| {
            part.trim_start_matches(['"', '`', '*'])
                .starts_with(word.trim_start_matches('*'))
        })
}

#[cfg(test)]
mod tests;
