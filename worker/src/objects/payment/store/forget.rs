//! Which of a payment's rows are personal, and how they are forgotten: with the key that sealed them.

use super::{Count, Store, number, problem, text};
use crate::platform::error::Result;
use crate::platform::vault::Vault;
use malipo_engine::payment::{Payment, Recorded};
use malipo_engine::webhook;
use serde::Deserialize;

#[derive(Deserialize)]
struct Line {
    n: f64,
    text: String,
}

impl Store {
    /// How many rows hold something of the customer.
    pub(crate) fn personal(&self) -> Result<u64> {
        let found = "SELECT (SELECT COUNT(*) FROM phones WHERE sealed <> '') + (SELECT COUNT(*) FROM bodies) \
+ (SELECT COUNT(*) FROM quotas) AS n";
        let rows: Vec<Count> = self.rows(found, vec![])?;
        Ok(rows.first().map_or(0, |row| row.n as u64))
    }

    /// Destroys the key and what it sealed, and takes the numbers out of the journal and of the messages to the shop. The
    /// places of the numbers stay: the journal names them.
    pub(crate) fn forget(&self, payment: &Payment) -> Result<()> {
        let key = Vault::fresh_key(self.host.as_ref())
            .ok_or_else(|| problem("there is no randomness for a key"))?;
        self.run("UPDATE about SET vault_key = ?", vec![text(&key)])?;
        self.run("UPDATE phones SET sealed = ''", vec![])?;
        self.run("DELETE FROM bodies", vec![])?;
        self.run("DELETE FROM quotas", vec![])?;
        self.rewrite(
            "SELECT seq AS n, record AS text FROM journal",
            "UPDATE journal SET record = ? WHERE seq = ?",
            |line| {
                let line = Recorded::read(line).ok()?;
                let event = payment.forgotten(&line)?;
                Some(Recorded { event, ..line }.text())
            },
        )?;
        self.rewrite(
            "SELECT sequence AS n, body AS text FROM outbox",
            "UPDATE outbox SET body = ? WHERE sequence = ?",
            webhook::without_phones,
        )
    }

    fn rewrite(
        &self,
        read: &str,
        write: &str,
        anew: impl Fn(&str) -> Option<String>,
    ) -> Result<()> {
        let lines: Vec<Line> = self.rows(read, vec![])?;
        for line in &lines {
            if let Some(anew) = anew(&line.text) {
                self.run(write, vec![text(&anew), number(line.n as u64)?])?;
            }
        }
        Ok(())
    }
}
