//! The part that plays a day of three shops on one deployment, and compares their books in the evening.

use anyhow::Result;

use super::system::{TestStack, play};
use crate::ports::free_port;
use crate::setup::browser::Form;
use crate::stack;

pub(super) fn prove() -> Result<()> {
    let shop_port = free_port()?.to_string();
    let webhook = format!("WEBHOOK_URL:http://127.0.0.1:{shop_port}/main");
    let [initiator, credential] = stack::initiator();
    let vars = [&webhook, "C2B_REGISTERED:true", &initiator, &credential];
    let stack = TestStack::start("day", &vars)?;
    let told = [("MALIPO_SHOP_PORT", shop_port.as_str())];
    play(&stack, "e2e/day.config.ts", &[], &told, Form::Whole)
}
