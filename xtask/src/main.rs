//! Builds, runs and proves the project.
fn main() {}
