//! The checkout's side of the edge: the API that the widget calls, and the plain pages that do without it.

pub(crate) mod api;
mod decode;
mod json;
pub(crate) mod pages;
mod payment_calls;
mod preview;
mod price;
mod quote;
