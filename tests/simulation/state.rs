//! What there is in the world, as plain data. What it does lies beside it: it takes the whole world.

pub(crate) mod item;
pub(crate) mod money;
pub(crate) mod push;
pub(crate) mod receipt;
pub(crate) mod shell;
pub(crate) mod shop;
