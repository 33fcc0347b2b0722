//! The merchant's dashboard: what was paid, what needs a person, and why a payment failed. It knows the API alone; what a
//! code means comes from `shared`.
#![cfg_attr(
    not(target_arch = "wasm32"),
    allow(dead_code, reason = "natively only the tests call the logic")
)]

mod chart;
mod eat;
mod filter;
mod kes;
mod qr;
mod route;
mod wire;
mod words;

#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod browser;
#[cfg(target_arch = "wasm32")]
mod load;
#[cfg(target_arch = "wasm32")]
mod net;
#[cfg(target_arch = "wasm32")]
mod view;

/// Draws the dashboard into the page.
#[cfg(target_arch = "wasm32")]
#[wasm_bindgen::prelude::wasm_bindgen(start)]
pub fn start() {
    view::mount();
}
