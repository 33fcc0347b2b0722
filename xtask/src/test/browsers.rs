//! The parts that pay in real browsers, old and new, on a page of a shop's own that holds nothing of ours but the script tag.

use anyhow::Result;

use super::system::{TestStack, play};
use crate::ports::free_port;
use crate::setup::browser::Form;
use crate::setup::engines::{self, Found};

/// Every story in every browser, and every hostile page.
pub(super) fn prove() -> Result<()> {
    pay_in(&engines::find_or_install()?, &[])
}

/// The stories of a plain page in the old browsers.
pub(super) fn prove_old() -> Result<()> {
    pay_in(&engines::find_or_install_old()?, &["dialog.spec"])
}

fn pay_in(found: &Found, stories: &[&str]) -> Result<()> {
    let shop_port = free_port()?.to_string();
    let origin = format!("MERCHANT_ORIGINS:http://127.0.0.1:{shop_port}");
    let stack = TestStack::start("browsers", &[&origin])?;
    let told = [
        ("MALIPO_BROWSERS", found.browsers.to_string()),
        ("MALIPO_SHOP_PORT", shop_port),
        ("NODE_OPTIONS", found.node_options.clone()),
    ];
    let told = told.each_ref().map(|(name, value)| (*name, value.as_str()));
    play(
        &stack,
        "e2e/browsers.config.ts",
        stories,
        &told,
        Form::Whole,
    )
}
