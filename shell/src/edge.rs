//! The edge: all that the outside calls by HTTP. Nothing below imports it.

mod admin;
mod assets;
mod auth;
mod checkout;
mod dashboard;
mod faults;
mod health;
mod hooks;
mod merchant;
mod merchant_of;
mod rate_limit;
mod request;
mod routes;

pub use routes::answer;
