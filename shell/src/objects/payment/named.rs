//! Whether the payment has the name that the shop gives it: the ledger only proposes it.

use super::inner::Inner;
use crate::config::Config;
use crate::platform::error::Result;
use std::rc::Rc;

impl Inner {
    /// Whether the shop's own name of it reads so; true when it is not asked by a name.
    pub(super) fn is_called(
        self: &Rc<Self>,
        config: &Config,
        reading: Option<&str>,
    ) -> Result<bool> {
        let Some(reading) = reading else {
            return Ok(true);
        };
        let default = self.look(config, |look| Ok(look.payment.reading()))?;
        Ok(default.as_deref() == Some(reading))
    }
}
