//! Stories, told once: what people do and what M-PESA does, and how it has to end. Each runs without faults, and then once for each point at
//! which the host may fail.

mod away;
mod money;
mod orders;
mod proof;
mod shop;
mod story;

pub(crate) use story::Story;

/// All stories.
pub(crate) fn all() -> impl Iterator<Item = &'static Story> {
    let all = [money::ALL, shop::ALL, orders::ALL, proof::ALL, away::ALL];
    all.into_iter().flatten()
}
