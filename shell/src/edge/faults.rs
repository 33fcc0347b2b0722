//! Faults on request, so that tests can show what each harms and what mends it. In the emulator's environment only.

use crate::calls;
use crate::calls::payment::{PaymentCall, ToPayment};
use crate::config::Config;
use crate::edge::request::{BODY_BYTES_MAX, read_cut};
use crate::intake::called;
use crate::platform::Env;
use crate::platform::d1::{self, SqlValue};
use crate::platform::error::Result;
use crate::platform::http::{Incoming, Method, Reply};
use crate::platform::reply;
use malipo_shared::PaymentId;

/// The least that a list of payments could ask: what the bench compares the lists with.
const BARE: &str = "\
SELECT json_object('account_reference', account_reference, 'state', state, 'due_kes', due_kes, 'description', description) AS v \
FROM payments INDEXED BY payments_by_time WHERE env = ?1 AND link = ?2 ORDER BY opened_at_ms DESC LIMIT 50";

/// Answers `POST /_faults/{fault}/{payment id}`. The body is how often a fault that is planted strikes. And
/// `GET /_faults/bare`: a bare indexed query, on the lists' own way. And `POST /_faults/hide/{link or number}`: the settings of
/// whom M-PESA calls so cannot be read, until the next is hidden; nobody is by `/_faults/hide/`.
pub(crate) async fn answer(
    request: &mut Incoming,
    env: &Env,
    config: &Config,
    path: &str,
) -> Result<Reply> {
    if path == "/_faults/bare" {
        let whose = [config.env.as_str(), config.link.as_str()].map(SqlValue::Text);
        return reply::text(format!(
            "[{}]",
            d1::texts(env, BARE, &whose).await?.join(",")
        ));
    }
    if let Some(name) = path.strip_prefix("/_faults/hide/") {
        called::hide(env, name);
        return reply::text(String::new());
    }
    if let Some(name) = path.strip_prefix("/_faults/hang-settings/") {
        called::hang(env, name);
        return reply::text(String::new());
    }
    let mut words = path.split('/').skip(2);
    let (fault, id) = (words.next(), words.next());
    let id = id.and_then(|id| PaymentId::parse(id).ok());
    let address = id.and_then(|id| config.master_key.open_payment_id(config.env.as_str(), &id));
    let (Some(fault), Some(address), Method::Post) = (fault, address, request.method) else {
        return reply::not_found();
    };
    let times = read_cut(request, BODY_BYTES_MAX).await;
    let message = ToPayment {
        address: address.to_string(),
        what: PaymentCall::Fault {
            fault: fault.to_owned(),
            times: String::from_utf8_lossy(&times).parse().unwrap_or(0),
        },
    };
    let said = calls::payment::call(env, &message, calls::payment::CALL_MS).await?;
    Ok(reply::of_object(said))
}
