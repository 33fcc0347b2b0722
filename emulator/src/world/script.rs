//! A script: the story of the pushes that fit.

use serde::Deserialize;

use crate::world::{push::PushRequest, story::Story};

pub(crate) struct Script {
    pub(crate) when: When,
    pub(crate) story: Story,
}

/// What a push must have for a script to apply: all that is given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct When {
    pub(crate) msisdn: Option<String>,
    pub(crate) amount: Option<u64>,
    pub(crate) account_reference: Option<String>,
}

impl When {
    pub(super) fn fits(&self, request: &PushRequest) -> bool {
        self.msisdn
            .as_ref()
            .is_none_or(|msisdn| *msisdn == request.msisdn)
            && self
                .amount
                .is_none_or(|amount| amount == request.amount_kes)
            && self
                .account_reference
                .as_ref()
                .is_none_or(|reference| *reference == request.account_reference)
    }
}
