//! The program: starts one emulator, says where it is, and ends cleanly on SIGINT or SIGTERM.
#![allow(
    clippy::print_stdout,
    reason = "a program's address and first-start secrets are its output"
)]

mod cli;
mod credentials;

use std::process::ExitCode;

use clap::Parser;
use malipo_emulator::Emulator;
use tokio::signal::unix::{SignalKind, signal};

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("malipo-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), String> {
    let chosen = cli::Flags::parse().choose()?;
    let port = chosen.options.port;
    // Before the address is told: whoever reads it may end us at once.
    let mut terminate = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(|error| error.to_string())?;
    let emulator = Emulator::start(chosen.options)
        .await
        .map_err(|error| format!("127.0.0.1:{port}: {error}"))?;
    for (name, secret) in chosen.made_up {
        println!("{name}={secret}");
    }
    println!("handset {}/phone", emulator.url());
    println!("emulator ready {}", emulator.url());
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    Ok(())
}
