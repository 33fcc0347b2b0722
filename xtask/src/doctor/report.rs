//! `Report`: what was found, in the order of the checklist, each with why it matters and what to do.

use std::fmt::Write as _;

use serde_json::{Value, json};

/// The checks, in the order of docs/go-live.md.
pub(super) const CHECKS: [(&str, &str); 14] = [
    ("secrets", "secrets are there and well-formed"),
    ("shop", "payee, price list and names"),
    ("address", "the public address"),
    ("egress", "Daraja is reached"),
    ("credentials", "Daraja's credentials"),
    ("clock", "the clocks agree"),
    ("worker", "the deployed Worker's configuration"),
    ("kv", "KV is read and written"),
    ("ledger", "D1 answers and has its tables"),
    ("objects", "Durable Objects answer"),
    ("callback", "a callback arrives as it was sent"),
    ("c2b", "payments by hand"),
    ("callers", "the addresses from which M-PESA calls"),
    ("webhook", "the shop's webhook"),
];

/// Something that has to be mended.
pub(super) struct Finding {
    check: &'static str,
    what: String,
    why: &'static str,
    mend: String,
}

#[derive(Default)]
pub(super) struct Report {
    findings: Vec<Finding>,
    looked_at: Vec<&'static str>,
    skipped: Vec<(&'static str, String)>,
    notes: Vec<(&'static str, String)>,
}

impl Report {
    /// A check was made; unless something is found, it is good.
    pub(super) fn look(&mut self, check: &'static str) {
        if !self.looked_at.contains(&check) {
            self.looked_at.push(check);
        }
    }

    pub(super) fn find(
        &mut self,
        check: &'static str,
        what: impl Into<String>,
        why: &'static str,
        mend: impl Into<String>,
    ) {
        self.look(check);
        self.findings.push(Finding {
            check,
            what: what.into(),
            why,
            mend: mend.into(),
        });
    }

    pub(super) fn skip(&mut self, check: &'static str, why: &str) {
        self.skipped.push((check, why.to_owned()));
    }

    /// Something to know that need not be mended.
    pub(super) fn note(&mut self, check: &'static str, what: impl Into<String>) {
        self.notes.push((check, what.into()));
    }

    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// Whether a check found something.
    pub(super) fn has(&self, check: &str) -> bool {
        self.findings.iter().any(|finding| finding.check == check)
    }

    pub(super) fn as_json(&self) -> Value {
        let found = |finding: &Finding| {
            json!({
                "check": finding.check, "what": finding.what, "why": finding.why, "do": finding.mend,
            })
        };
        let told = |(check, what): &(&str, String)| json!({ "check": check, "what": what });
        let in_order = CHECKS.iter().map(|(check, _)| check);
        let good = in_order
            .clone()
            .filter(|check| self.looked_at.contains(check) && !self.has(check));
        let findings = in_order.flat_map(|check| {
            let ours = self.findings.iter().filter(|f| f.check == *check);
            ours.map(found).collect::<Vec<_>>()
        });
        json!({
            "findings": findings.collect::<Vec<_>>(),
            "good": good.collect::<Vec<_>>(),
            "skipped": self.skipped.iter().map(told).collect::<Vec<_>>(),
            "notes": self.notes.iter().map(told).collect::<Vec<_>>(),
        })
    }

    pub(super) fn as_text(&self) -> String {
        let mut text = String::new();
        for (check, title) in CHECKS {
            let skipped = self.skipped.iter().find(|(name, _)| *name == check);
            let standing = match (self.has(check), self.looked_at.contains(&check), skipped) {
                (true, _, _) => "WRONG".to_owned(),
                (false, true, _) => "good".to_owned(),
                (false, false, Some((_, why))) => format!("not looked at: {why}"),
                (false, false, None) => "not looked at".to_owned(),
            };
            let _ = writeln!(text, "{check:<12} {title}: {standing}"); // a String takes everything
            for finding in self.findings.iter().filter(|f| f.check == check) {
                let _ = writeln!(
                    text,
                    "  - {}\n    why: {}\n    do:  {}",
                    finding.what, finding.why, finding.mend
                );
            }
            for (_, note) in self.notes.iter().filter(|(name, _)| *name == check) {
                let _ = writeln!(text, "  note: {note}");
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places;
    use std::fs;

    #[test]
    fn the_checklist_in_the_documentation_has_the_doctors_order() {
        let text = fs::read_to_string(places::root().join("docs/go-live.md")).unwrap();
        let mut rest = text.as_str();
        for (check, _) in CHECKS {
            let row = format!("| `{check}` |");
            let Some((_, after)) = rest.split_once(&row) else {
                panic!("docs/go-live.md lacks `{check}`, or not in this order");
            };
            rest = after;
        }
    }

    #[test]
    fn findings_come_in_the_order_of_the_checklist() {
        let mut report = Report::default();
        report.find("webhook", "a", "b", "c");
        report.find("secrets", "d", "e", "f");
        report.look("shop");
        let json = report.as_json();
        assert_eq!(json["findings"][0]["check"], "secrets");
        assert_eq!(json["findings"][1]["do"], "c");
        assert_eq!(json["good"], json!(["shop"]));
        assert!(report.as_text().starts_with("secrets      secrets are"));
    }
}
