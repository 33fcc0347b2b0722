//! The stories whose journals are kept: each is what one payment's customer, M-PESA and shop do.

mod magic;
mod money;
mod orders;
mod refunds;

use super::player::{Player, open};

pub(super) type Story = fn(&mut Player);

pub(super) fn all() -> Vec<(&'static str, Story)> {
    [magic::ALL, money::ALL, orders::ALL, refunds::ALL].concat()
}

/// A push that was accepted two seconds after the order was opened.
fn prompted(player: &mut Player) -> u32 {
    player.open(open(), 86_400);
    player.until(1);
    let attempt = player.push(1);
    player.until(2);
    player.accepted(attempt);
    attempt
}

const A: &str = "UES3A1B2C3";
const B: &str = "UES3A1B2C4";
const C: &str = "UES3A1B2C5";
