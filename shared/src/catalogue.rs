//! The catalogue: every code that Safaricom or an aggregator is known to answer, and what it means.
//! Screens, API, code reference and docs all draw from this table.
//!
//! Codes are per API: `2001` is a wrong PIN on an STK push and bad initiator credentials elsewhere.

mod gateway_codes;
mod other_apis;
mod ours;
mod row;
mod stk_codes;

pub mod reference;

pub use row::{Api, Decline, Kind, LOCKED_SECS, Row, SAME_AGAIN_SECS, Wait};

use crate::{Reason, ResultCode};

/// Every row, STK outcomes first.
pub fn rows() -> impl Iterator<Item = &'static Row> {
    [
        stk_codes::ROWS,
        gateway_codes::ROWS,
        other_apis::ROWS,
        ours::ROWS,
    ]
    .into_iter()
    .flatten()
}

/// The row of an STK outcome; none for an unlisted code.
pub fn stk(code: &ResultCode) -> Option<&'static Row> {
    stk_codes::ROWS.iter().find(|row| row.code == code.as_str())
}

/// How an unlisted or unresolved outcome ends, once it is taken as one.
pub const UNLISTED: Decline = Decline {
    reason: Reason::Other,
    wait: Wait::PromptIsOver,
    is_late_capable: true,
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_stands_once_per_api_and_meaning() {
        let all: Vec<_> = rows().collect();
        for (index, row) in all.iter().enumerate() {
            let twin = all[..index]
                .iter()
                .find(|r| r.api == row.api && r.code == row.code && r.meaning == row.meaning);
            assert!(twin.is_none(), "{} stands twice", row.code);
            assert!(!row.meaning.is_empty(), "{}", row.code);
        }
    }

    #[test]
    fn only_0_is_paid() {
        let paid: Vec<_> = rows()
            .filter(|row| row.kind == Kind::Paid)
            .map(|row| row.code)
            .collect();
        assert_eq!(paid, ["0"]);
    }

    #[test]
    fn every_code_of_the_references_is_here() {
        let stk = [
            "0",
            "1",
            "2",
            "3",
            "4",
            "8",
            "17",
            "26",
            "1001",
            "1019",
            "1025",
            "1031",
            "1032",
            "1036",
            "1037",
            "1101",
            "2001",
            "2006",
            "2028",
            "2029",
            "4999",
            "8006",
            "9999",
            "E3008",
            "SFC_IC0003",
        ];
        let gateway = [
            "400.002.02",
            "400.002.05",
            "400.003.01",
            "400.008.01",
            "400.008.02",
            "401.001",
            "401.002.01",
            "404.001.01",
            "404.001.03",
            "404.001.04",
            "404.002.02",
            "405.001",
            "500.001.1001",
            "500.002.1001",
            "500.003.02",
            "500.003.03",
            "500.003.1001",
            "policies.ratelimit.SpikeArrestViolation",
        ];
        let c2b = [
            "0", "C2B00011", "C2B00012", "C2B00013", "C2B00014", "C2B00015", "C2B00016",
        ];
        let initiator = ["0", "2001", "R000001", "R000002", "21", "2006", "11", "15"];
        let ours = [
            "MISSING_HEADERS",
            "INVALID_API_KEY",
            "INVALID_LINK_ID",
            "INACTIVE_SHORTCODE",
            "VALIDATION_ERROR",
            "INVALID_MSISDN",
            "INVALID_AMOUNT",
            "INVALID_CALLBACK",
            "INTERNAL_ERROR",
            "STK_PUSH_FAILED",
            "MPESA_UNAVAILABLE",
            "TIMEOUT_ERROR",
        ];
        for (api, codes) in [
            (Api::Stk, &stk[..]),
            (Api::Gateway, &gateway),
            (Api::C2bValidation, &c2b),
            (Api::Initiator, &initiator),
            (Api::Malipo, &ours),
        ] {
            for code in codes {
                assert!(
                    rows().any(|row| row.api == api && row.code == *code),
                    "{api:?} {code}"
                );
            }
        }
    }

    #[test]
    fn where_trying_again_cannot_help_no_wait_is_promised() {
        for row in rows() {
            let Kind::Declined(decline) = row.kind else {
                continue;
            };
            let asks_shop = decline.reason.next_step() == crate::NextStep::AskShop;
            assert_eq!(asks_shop, decline.wait == Wait::Never, "{}", row.code);
            assert_eq!(
                decline.is_late_capable,
                decline.wait == Wait::PromptIsOver,
                "{}",
                row.code
            );
        }
    }
}
