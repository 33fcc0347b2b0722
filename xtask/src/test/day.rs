//! The part that plays a day of three shops on one deployment, and compares their books in the evening.

use anyhow::Result;

use super::system::{TestStack, browser_tests};
use crate::child::run;
use crate::stack::free_port;

pub(super) fn prove() -> Result<()> {
    let mut playwright = browser_tests("e2e/day.config.ts")?;
    let shop_port = free_port()?;
    let webhook = format!("WEBHOOK_URL:http://127.0.0.1:{shop_port}/main");
    // As long as a real one; the emulator does not open it.
    let credential = format!("DARAJA_SECURITY_CREDENTIAL:{}=", "aB3+".repeat(85) + "aB0");
    let vars = [
        webhook.as_str(),
        "C2B_REGISTERED:true",
        "DARAJA_INITIATOR:api",
        credential.as_str(),
    ];
    let stack = TestStack::start("day", &vars)?;
    run(
        stack
            .tell(&mut playwright)
            .env("MALIPO_SHOP_PORT", shop_port.to_string()),
        "the day of three shops",
    )
}
