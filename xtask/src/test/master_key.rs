//! A whole change of MASTER_KEY: one Worker over the same state, stopped and started with other keys. What must hold
//! between is told by `tests/live/master_key.rs`.

use anyhow::{Context, Result, anyhow};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::system::TestStack;
use crate::ports::free_port;
use crate::secrets;
use crate::stack::Running;

const NAME: &str = "master-key";

/// `tell` runs the live tests of this name against this Worker.
pub(super) fn change(stack: &TestStack, tell: &dyn Fn(&str, &Running) -> Result<()>) -> Result<()> {
    let old = secrets::read(stack.secrets(), "MASTER_KEY")?.context("the stack has a key")?;
    let mut new = [0; 32];
    getrandom::fill(&mut new).map_err(|why| anyhow!("no randomness for a key: {why}"))?;
    let new = format!("MASTER_KEY:{}", STANDARD.encode(new));
    let previous = format!("MASTER_KEY_PREVIOUS:{old}");
    // M-PESA calls back where it was told to: the address stays.
    let port = free_port()?;
    for (test, vars) in [
        ("one_with_the_old_key", vec![]),
        (
            "two_with_the_new_key_and_the_old_beside_it",
            vec![new.as_str(), previous.as_str()],
        ),
        ("three_with_the_new_key_alone", vec![new.as_str()]),
    ] {
        let worker = stack.start_worker_on(port, NAME, &vars)?;
        tell(&format!("master_key::{test}"), &worker)?;
    }
    Ok(())
}
