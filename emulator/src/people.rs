//! The people's side: the customer's handset and hand, the organisation's portal, and the tester's control plane.

pub(crate) mod control;
pub(crate) mod handset;
pub(crate) mod pay;
pub(crate) mod scripts;
pub(crate) mod statement;
