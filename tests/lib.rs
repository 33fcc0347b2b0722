//! The tests of the whole: `it` needs nothing, `live` needs the running Worker and emulator, `examples` the example shops
//! too.

pub mod bodies;

use std::env;
use std::path::PathBuf;

/// The checkout's root directory, as Cargo tells it when a test runs: the one of compiling may have been renamed since.
pub fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").expect("run the tests by Cargo");
    PathBuf::from(manifest).parent().unwrap().to_owned()
}
