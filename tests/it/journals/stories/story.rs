//! What the stories share: how most begin, and their receipts.

use crate::journals::player::{Player, open};

pub(crate) type Story = fn(&mut Player);

/// A push that was accepted two seconds after the order was opened.
pub(super) fn prompted(player: &mut Player) -> u32 {
    player.open(open(), 86_400);
    player.until(1);
    let attempt = player.push(1);
    player.until(2);
    player.accepted(attempt);
    attempt
}

pub(super) const A: &str = "UES3A1B2C3";
pub(super) const B: &str = "UES3A1B2C4";
pub(super) const C: &str = "UES3A1B2C5";
