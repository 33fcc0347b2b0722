//! How answers are printed.

use serde_json::Value;

pub(super) fn print_json(value: &Value) {
    println!("{value:#}");
}
