//! Ports for what is started here. Each belongs to this program until it ends, whatever else runs beside it: stacks of other parts of the
//! tests, and connections that go out.

use std::fs::{self, File};
use std::net::TcpListener;
use std::sync::{Mutex, PoisonError};

use anyhow::{Result, bail};

/// Below those that systems give to outgoing connections (from 32,768 on Linux, from 49,152 on macOS and Windows).
const FIRST: u32 = 20_000;
const COUNT: u32 = 10_000;

/// The locks on the ports of this program; they end with it.
static HELD: Mutex<Vec<File>> = Mutex::new(Vec::new());

/// A port that nobody listens on and nobody else is given.
///
/// # Errors
/// All are taken.
pub(crate) fn free_port() -> Result<u16> {
    let locks = std::env::temp_dir().join("malipo-ports");
    fs::create_dir_all(&locks)?;
    // Programs begin at different places, so that few look at the same.
    let start = std::process::id() * 61;
    for n in 0..COUNT {
        let port = u16::try_from(FIRST + start.wrapping_add(n) % COUNT)?;
        // A lock that cannot be opened is somebody else's.
        let Ok(lock) = File::create(locks.join(port.to_string())) else {
            continue;
        };
        if lock.try_lock().is_ok() && TcpListener::bind(("127.0.0.1", port)).is_ok() {
            HELD.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(lock);
            return Ok(port);
        }
    }
    bail!("no free port from {FIRST} to {}", FIRST + COUNT - 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_port_is_given_twice() {
        let ports: BTreeSet<u16> = (0..200).map(|_| free_port().unwrap()).collect();
        assert_eq!(ports.len(), 200);
    }

    #[test]
    fn a_port_on_which_somebody_listens_is_passed_over() {
        let next = free_port().unwrap() + 1;
        let listens = TcpListener::bind(("127.0.0.1", next));
        assert_ne!(free_port().unwrap(), next, "{listens:?}");
    }
}
