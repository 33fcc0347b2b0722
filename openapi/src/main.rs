//! Prints the description of the API; the build puts it into dist/.
#![allow(clippy::print_stdout)] // what it prints is what it is for

fn main() {
    println!("{:#}", malipo_openapi::document());
}
