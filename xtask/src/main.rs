//! `cargo xtask`: builds, runs and proves the project. Rust (by rustup) and Node are all it needs; `setup` adds the rest.
#![allow(clippy::print_stdout)] // a program for the terminal: what it prints is what it is for

mod bench;
mod build;
mod child;
mod dev;
mod doctor;
mod fetch;
mod interrupt;
mod journals;
mod load;
mod operate;
mod places;
mod ports;
mod progress;
mod secrets;
mod service;
mod setup;
mod simulate;
mod stack;
mod stamp;
mod test;
mod tools;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Builds, runs and proves Malipo")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Adds what is missing on this machine; dev, build and test do it by themselves
    Setup,
    /// Builds dist/ and the Worker, prints their sizes and fails above a budget
    Build {
        /// Builds although no input has changed
        #[arg(long)]
        force: bool,
    },
    /// Runs the emulator and the Worker on this machine until Ctrl-C
    Dev(dev::Options),
    /// Proves a configuration before real money: what is wrong, why it matters, what to do
    Doctor(doctor::Options),
    /// Asks something of a running Worker, as its operator
    Operate(operate::Options),
    /// Lets a crowd of customers pay at once, kills the Worker meanwhile if asked to, and compares all ledgers
    Load(load::Options),
    /// Runs many simulated schedules, tells the story of one, or proves that the simulation notices what is wrong
    Simulate(simulate::Options),
    /// Keeps the journals of this version's stories under a new name, to be read by every later version
    Journals(journals::Options),
    /// Measures the checkout on a slow phone, beside a plain twin and others' scripts
    Bench {
        /// Measures the shop's lists with 50,000 payments instead, beside a bare indexed query
        #[arg(long, conflicts_with = "payment")]
        lists: bool,
        /// Measures what a payment costs in the Worker instead, beside a plain twin
        #[arg(long)]
        payment: bool,
    },
    /// Runs every test as CI does
    Test {
        /// Runs only this part; may be given several times
        #[arg(long, value_name = "PART", value_parser = test::PARTS.map(|part| part.name))]
        only: Vec<String>,
    },
}

fn main() -> ExitCode {
    let done = interrupt::listen().and_then(|()| match Cli::parse().command {
        Command::Setup => setup::run()
            .and_then(|()| setup::browser::find_or_install(setup::browser::Form::Shell).map(drop))
            .and_then(|()| setup::shops::install_missing()),
        Command::Build { force } => setup::run().and_then(|()| build::run(force)),
        Command::Dev(options) => dev::run(&options),
        Command::Doctor(options) => doctor::run(&options),
        Command::Operate(options) => operate::run(&options),
        Command::Load(options) => setup::run().and_then(|()| load::run(&options)),
        Command::Simulate(options) => simulate::run_with(&options),
        Command::Journals(options) => journals::write(&options),
        Command::Bench { payment: true, .. } => setup::run().and_then(|()| bench::payment()),
        Command::Bench { lists: true, .. } => setup::run().and_then(|()| test::bench_lists()),
        Command::Bench { .. } => setup::run().and_then(|()| test::bench()),
        Command::Test { only } => setup::run().and_then(|()| test::run(&only)),
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if interrupt::asked() => ExitCode::from(130), // as a shell reports Ctrl-C
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
