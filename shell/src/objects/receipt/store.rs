//! The receipt's rows: its record, and beside it, sealed, what M-PESA sent.

use crate::platform::Host;
use crate::platform::error::{Error, Result};
use crate::platform::home::{Alarm, Batch, Home};
use crate::platform::rows::Key;
use crate::platform::vault::Vault;
use malipo_engine::claims::ReceiptRecord;
use malipo_engine::json;
use malipo_shared::MpesaReceipt;
use serde::{Deserialize, Serialize};

/// What the object is: an [`About`].
const ABOUT: Key = Key { kind: 0, n: 0 };
/// The record, as JSON.
const RECORD: Key = Key { kind: 0, n: 1 };
/// What M-PESA sent, sealed, in the order of its coming.
const BODIES: u8 = 1;
/// A sender that repeats itself fills no disk.
const BODIES_MAX: u32 = 10;

/// The first row.
#[derive(Serialize, Deserialize)]
pub(super) struct About {
    pub(super) receipt: MpesaReceipt,
    vault_key: String,
    /// How many bodies are kept.
    bodies: u32,
    /// When the last of them came, in Unix milliseconds.
    last_body_at_ms: Option<u64>,
}

/// What the object is, and its record; none before the first writing.
pub(super) fn read(home: &dyn Home) -> Result<Option<(About, ReceiptRecord)>> {
    let Some((about, record)) = stored(home)? else {
        return Ok(None);
    };
    Ok(Some((about, json::read(&record)?)))
}

/// Writes the record, and keeps a body as it came.
pub(super) fn write(
    host: &dyn Host,
    home: &dyn Home,
    (receipt, about): (&MpesaReceipt, Option<About>),
    record: &ReceiptRecord,
    body: Option<&str>,
    alarm: Alarm,
) -> Result<()> {
    let is_new = about.is_none();
    let mut put = vec![(RECORD, serde_json::to_string(record)?)];
    let mut about = match about {
        Some(about) => about,
        None => About {
            receipt: receipt.clone(),
            vault_key: fresh_key(host)?,
            bodies: 0,
            last_body_at_ms: None,
        },
    };
    let kept = body.filter(|_| about.bodies < BODIES_MAX);
    if let Some(body) = kept {
        let vault = Vault::open(&about.vault_key);
        let sealed = vault.and_then(|vault| vault.seal(host, body));
        let sealed = sealed.ok_or_else(|| Error::new("a body cannot be sealed"))?;
        put.push((Key::new(BODIES, about.bodies), sealed));
        about.bodies += 1;
        about.last_body_at_ms = Some(host.now_ms());
    }
    if is_new || kept.is_some() {
        put.push((ABOUT, serde_json::to_string(&about)?));
    }
    home.write(&Batch { put, drop: vec![] }, alarm)
}

/// When M-PESA last sent something of it that is still kept, in Unix milliseconds; none when nothing is.
pub(super) fn last_body_at_ms(home: &dyn Home) -> Result<Option<u64>> {
    Ok(stored(home)?.and_then(|(about, _)| about.last_body_at_ms))
}

/// Destroys what M-PESA has sent, with the key that sealed it.
pub(super) fn forget_bodies(host: &dyn Host, home: &dyn Home) -> Result<()> {
    let Some((about, _)) = stored(home)? else {
        return Ok(());
    };
    let anew = About {
        vault_key: fresh_key(host)?,
        bodies: 0,
        last_body_at_ms: None,
        ..about
    };
    let batch = Batch {
        drop: vec![Key::span(BODIES, BODIES)],
        put: vec![(ABOUT, serde_json::to_string(&anew)?)],
    };
    home.write(&batch, Alarm::Leave)
}

fn stored(home: &dyn Home) -> Result<Option<(About, String)>> {
    let rows = home.rows((ABOUT, RECORD))?.unwrap_or_default();
    match <[_; 2]>::try_from(rows) {
        Ok([(ABOUT, about), (RECORD, record)]) => Ok(Some((serde_json::from_str(&about)?, record))),
        Ok(_) | Err(_) => Ok(None),
    }
}

fn fresh_key(host: &dyn Host) -> Result<String> {
    Vault::fresh_key(host).ok_or_else(|| Error::new("there is no randomness for a key"))
}
