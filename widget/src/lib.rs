//! The checkout that opens inside the merchant's page.
//!
//! What it knows and what it shows are plain data (`malipo_shared::screens`); only the modules marked for wasm32 touch
//! the browser.
#![cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "natively only the tests call the logic")
)]

mod body;
mod order;
mod polling;

#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod client;
#[cfg(target_arch = "wasm32")]
mod mount;
#[cfg(target_arch = "wasm32")]
mod pay;
#[cfg(target_arch = "wasm32")]
mod view;
#[cfg(target_arch = "wasm32")]
mod wire;

#[cfg(target_arch = "wasm32")]
pub use mount::{Handle, mount};
