//! What can be proven without a running part: the wire samples and the rules of the house.

mod arrows;
mod created_orders;
mod fuzz;
mod imports;
mod journals;
mod lists;
mod log_names;
mod model;
mod mutate;
mod passkeys;
mod produced_codes;
mod refunds;
mod searches;
mod signed_orders;
mod statements;
mod tidy;
mod told_codes;
mod turns;
mod webhook_destinations;
mod webhooks;
mod wire;
mod wire_c2b;
mod wire_pull;
mod wire_reversal;
mod wire_status;
