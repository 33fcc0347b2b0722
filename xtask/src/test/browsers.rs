//! The part that pays in real browsers, old and new, on a page of a shop's own that holds nothing of ours but the script tag.

use anyhow::Result;

use super::system::{TestStack, play};
use crate::setup::engines;
use crate::stack::free_port;

pub(super) fn prove() -> Result<()> {
    let found = engines::find_or_install()?;
    let shop_port = free_port()?.to_string();
    let origin = format!("MERCHANT_ORIGINS:http://127.0.0.1:{shop_port}");
    let stack = TestStack::start("browsers", &[&origin])?;
    let told = [
        ("MALIPO_BROWSERS", found.browsers.to_string()),
        ("MALIPO_SHOP_PORT", shop_port),
        ("NODE_OPTIONS", found.node_options),
    ];
    let told = told.each_ref().map(|(name, value)| (*name, value.as_str()));
    play(&stack, "e2e/browsers.config.ts", &told)
}
