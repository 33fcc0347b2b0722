//! The stories whose journals are kept: each is what one payment's customer, M-PESA and shop do.

mod magic;
mod money;
mod orders;
mod refunds;
mod story;

pub(super) use story::Story;

pub(super) fn all() -> Vec<(&'static str, Story)> {
    [magic::ALL, money::ALL, orders::ALL, refunds::ALL].concat()
}
