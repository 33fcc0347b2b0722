//! The program: starts one emulator, says where it is, and ends cleanly on SIGINT or SIGTERM.
#![allow(
    clippy::print_stdout,
    reason = "a program's address and first-start secrets are its output"
)]

mod cli;
mod credentials;

use std::{io, process::ExitCode};

use clap::Parser;
use malipo_emulator::Emulator;

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
    let ended = ended().map_err(|error| error.to_string())?; // before whoever reads the address may end us
    let emulator = Emulator::start(chosen.options)
        .await
        .map_err(|error| format!("127.0.0.1:{port}: {error}"))?;
    for (name, secret) in chosen.made_up {
        println!("{name}={secret}");
    }
    println!("handset {}/phone", emulator.url());
    println!("emulator ready {}", emulator.url());
    ended.await;
    Ok(())
}

/// Listens for SIGINT and SIGTERM from now on.
#[cfg(unix)]
fn ended() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// Listens for Ctrl-C.
#[cfg(not(unix))]
fn ended() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ended_either_way = tokio::signal::ctrl_c().await;
    })
}
