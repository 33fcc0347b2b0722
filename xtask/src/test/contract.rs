//! The contract of the host on Cloudflare's runtime: its cases in a Worker built for that alone, each on an object of its own.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use anyhow::{Context, Result, bail, ensure};

use super::system::TestStack;
use crate::build::quick;
use crate::load::http;

pub(super) fn prove() -> Result<()> {
    let server = serve()?;
    let var = format!("CONTRACT_SERVER:{server}");
    let stack = TestStack::start_of(quick::contract()?, "contract", &["A_TEXT:text", &var])?;
    let cases = format!("{}/_contract", stack.worker.url);
    let names: Vec<String> = serde_json::from_value(http::json(&cases, None)?)?;
    ensure!(!names.is_empty(), "the contract has no case");
    let mut broken = Vec::new();
    for name in &names {
        // One after the other: a promise that is broken panics, and takes with it whatever runs beside it.
        let said = http::get(&format!("{cases}/{name}"), None);
        let is_kept = matches!(said, Ok((200, _)));
        println!("{} {name}", if is_kept { "kept  " } else { "BROKEN" });
        if !is_kept {
            broken.push(name.as_str());
        }
    }
    if broken.is_empty() {
        return Ok(());
    }
    println!(
        "{}",
        fs::read_to_string(&stack.worker.log).unwrap_or_default()
    );
    bail!(
        "{} of {} cases: {}",
        broken.len(),
        names.len(),
        broken.join(", ")
    )
}

/// A server that answers 200, at `/fails` with 503, and at `/broken` not at all; its address.
fn serve() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").context("the contract's server")?;
    let address = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            thread::spawn(move || answer(connection)); // who has left asks again
        }
    });
    Ok(address)
}

fn answer(mut connection: TcpStream) -> std::io::Result<()> {
    let mut lines = BufReader::new(connection.try_clone()?).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    for line in lines.by_ref() {
        if line?.is_empty() {
            break;
        }
    }
    let status = match first.split(' ').nth(1) {
        Some("/broken") => return Ok(()),
        Some("/fails") => "503 Service Unavailable",
        _ => "200 OK",
    };
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    )
}
