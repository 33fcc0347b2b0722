//! One part of the tests: what it proves, what it takes its turn with, and how it ended.

use std::time::Duration;

use anyhow::Result;

/// One part of the tests, by the name that `--only` takes.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(super) prove: fn() -> Result<()>,
    pub(super) lane: Lane,
    /// What has to have ended before.
    pub(super) after: &'static [&'static str],
}

impl Part {
    pub(super) const fn new(
        name: &'static str,
        prove: fn() -> Result<()>,
        lane: Lane,
        after: &'static [&'static str],
    ) -> Part {
        Part {
            name,
            prove,
            lane,
            after,
        }
    }
}

/// What takes its turn with what: a lane's parts run one after the other, lanes beside one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    /// What looks at the code: compilers, and then the tests that need nothing beside them.
    Code,
    /// What is deployed, and then the stories in a browser: they keep the processors busy.
    Built,
    /// Tests that ask the Worker, and the shop's lists.
    Asked,
    /// Customers, a day, and old browsers, whose time is the emulator's and the rules': most of it is waited for.
    Waited,
}

impl Lane {
    /// Whether nobody in it waits for anything: it then leaves the processors to those who do.
    pub(super) fn is_patient(self) -> bool {
        self == Lane::Code
    }
}

/// How a part ended.
pub(super) struct Outcome {
    pub(super) name: &'static str,
    pub(super) took: Duration,
    pub(super) has_passed: bool,
}
