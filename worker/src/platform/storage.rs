//! An object's storage: transactions and the alarm. The objects write by these alone.
#![allow(clippy::disallowed_methods)] // this file is where they are wrapped

use super::error::{Error, Result};
use wasm_bindgen::closure::ScopedClosure;
use wasm_bindgen::prelude::*;
use worker::Storage;

#[wasm_bindgen]
extern "C" {
    type SyncStorage;
    #[wasm_bindgen(method, catch, js_name = transactionSync)]
    fn transaction_sync(
        this: &SyncStorage,
        body: &ScopedClosure<'_, dyn FnMut() -> Result<JsValue, JsValue>>,
    ) -> Result<JsValue, JsValue>;
}

/// Runs `body` in one storage transaction: all of its writes, or none.
///
/// # Errors
/// `body`'s own, or the storage's; either way nothing was written.
pub(crate) fn transaction<T>(storage: &Storage, body: impl FnOnce() -> Result<T>) -> Result<T> {
    let mut body = Some(body);
    let mut value = None;
    run_transaction(storage, &mut || {
        if let Some(body) = body.take() {
            value = Some(body()?);
        }
        Ok(())
    })?;
    value.ok_or_else(|| Error::new("the transaction did not run"))
}

// Not generic: one copy for all the turns there are.
fn run_transaction(storage: &Storage, body: &mut dyn FnMut() -> Result<()>) -> Result<()> {
    let mut outcome = Ok(());
    let storage: &JsValue = storage.as_raw().as_ref();
    let mut turn = || {
        outcome = body();
        match outcome {
            Ok(()) => Ok(JsValue::UNDEFINED),
            Err(_) => Err(JsValue::from_str("rolled back")),
        }
    };
    // A panic in the turn throws, and so rolls back: nothing half-done can be seen afterwards.
    let done = {
        let turn = ScopedClosure::borrow_mut_assert_unwind_safe(&mut turn);
        storage
            .unchecked_ref::<SyncStorage>()
            .transaction_sync(&turn)
    };
    match (outcome, done) {
        (Ok(()), Ok(_)) => Ok(()),
        (Err(why), _) => Err(why),
        (Ok(()), Err(why)) => Err(worker::Error::from(why).into()),
    }
}

/// Lets the object sleep for good.
pub(crate) async fn delete_alarm(storage: &Storage) -> Result<()> {
    Ok(storage.delete_alarm().await?)
}

/// Deletes all that the object has stored, its alarm too. Tables have to be made anew afterwards.
pub(crate) async fn delete_all(storage: &Storage) -> Result<()> {
    Ok(storage.delete_all().await?)
}

/// Sets the object's alarm to a time, in Unix milliseconds. (A bare `i64` would be an offset.)
pub(crate) async fn set_alarm(storage: &Storage, at_ms: u64) -> Result<()> {
    let date = js_sys::Date::new(&JsValue::from_f64(at_ms as f64));
    Ok(storage.set_alarm(worker::ScheduledTime::new(date)).await?)
}
