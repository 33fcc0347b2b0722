//! What can be proven without a running part: the wire samples and the rules of the house.

mod fuzz;
mod model;
mod mutate;
mod refunds;
mod signed_orders;
mod tidy;
mod webhooks;
mod wire;
mod wire_c2b;
mod wire_reversal;
mod wire_status;
