//! Child programs: started in a clean environment, each in a process group of its own, and never left behind.

use std::env;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process_group, test_kill_process_group};
use serde_json::Value;

use crate::{interrupt, places};

const STOP_GRACE: Duration = Duration::from_secs(5);
const KILL_GRACE: Duration = Duration::from_secs(1); // until the system has cleared them away
const POLL: Duration = Duration::from_millis(20);

/// A command at the checkout's root, as if it were typed in a fresh terminal.
///
/// `cargo xtask` runs under rustup and Cargo, which leave the choice of toolchain and the package's
/// variables in the environment; a child Cargo would take them for its own.
pub(crate) fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(places::root()).stdin(Stdio::null());
    for (name, _) in env::vars_os() {
        if name.to_str().is_some_and(is_left_by_cargo) {
            command.env_remove(name);
        }
    }
    command
}

/// Cargo with its target directory named, whatever the machine's configuration says: we look for the results there. What has a target
/// directory of its own also has its own place for what is compiled on the way, so that one Cargo does not wait for another.
pub(crate) fn cargo(target: &str) -> Command {
    let mut cargo = command(places::rustup_proxy("cargo").unwrap_or_else(|| "cargo".into()));
    cargo.env("CARGO_TARGET_DIR", places::target(target));
    if !target.is_empty() {
        let name = target.replace('/', "-");
        let on_the_way = format!("{{cargo-cache-home}}/malipo-build-{name}");
        cargo.env("CARGO_BUILD_BUILD_DIR", on_the_way);
    }
    cargo
}

fn is_left_by_cargo(name: &str) -> bool {
    // A person's own settings for network, registries and output are kept.
    const KEPT: [&str; 6] = [
        "CARGO_HOME",
        "CARGO_TERM_",
        "CARGO_NET_",
        "CARGO_HTTP_",
        "CARGO_REGISTR",
        "CARGO_SOURCE_",
    ];
    match name {
        "CARGO"
        | "RUSTUP_TOOLCHAIN"
        | "RUSTUP_TOOLCHAIN_SOURCE"
        | "RUST_RECURSION_COUNT"
        | "RUSTFLAGS"
        | "RUSTC"
        | "RUSTC_BOOTSTRAP"
        | "LD_LIBRARY_PATH"
        | "DYLD_FALLBACK_LIBRARY_PATH" => true,
        _ => name.starts_with("CARGO_") && !KEPT.iter().any(|kept| name.starts_with(kept)),
    }
}

/// Runs a command to its end with its output on the terminal.
///
/// # Errors
/// When it cannot start, fails, or when we are asked to stop.
pub(crate) fn run(command: &mut Command, what: &str) -> Result<()> {
    let status = Group::spawn(command, what)?.wait()?;
    if !status.success() {
        bail!("{what} failed ({status})");
    }
    Ok(())
}

/// The same with its output in a file; that output, for whoever wants to show it.
///
/// # Errors
/// As [`run`]; the error says how the output ended.
pub(crate) fn run_into(log: &Path, command: &mut Command, what: &str) -> Result<String> {
    const SHOWN: usize = 60; // lines
    log.parent().map_or(Ok(()), fs::create_dir_all)?;
    let file = File::create(log).with_context(|| format!("writing {}", log.display()))?;
    command.stdout(file.try_clone()?).stderr(file);
    let ended = run(command, what);
    let said = fs::read(log).map_or_else(
        |_| String::new(),
        |said| String::from_utf8_lossy(&said).into_owned(),
    );
    ended.map(|()| said.clone()).with_context(|| {
        let lines: Vec<&str> = said.lines().collect();
        let last = lines
            .get(lines.len().saturating_sub(SHOWN)..)
            .unwrap_or_default();
        format!("{}\n(all of it: {})", last.join("\n"), log.display())
    })
}

/// The text that a short command prints, or nothing when it fails.
pub(crate) fn answer(command: &mut Command) -> Option<String> {
    let Output { status, stdout, .. } = command.stderr(Stdio::null()).output().ok()?;
    status
        .success()
        .then(|| String::from_utf8_lossy(&stdout).trim().to_owned())
}

/// What a script of Node's prints, which is given JSON on standard input, so that no secret stands in a list of processes.
///
/// # Errors
/// Node is missing, or reads nothing.
pub(crate) fn node(script: &str, ask: &Value) -> Result<Output> {
    let mut node = command("node")
        .args(["--input-type=module", "--eval", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("node is missing: install it, https://nodejs.org")?;
    if let Some(mut stdin) = node.stdin.take() {
        stdin.write_all(ask.to_string().as_bytes())?;
    }
    Ok(node.wait_with_output()?)
}

/// A child and everything it starts: one process group, ended as a whole when this value goes.
pub(crate) struct Group {
    leader: Child,
    id: Option<Pid>,
    is_over: bool,
}

impl Group {
    pub(crate) fn spawn(command: &mut Command, what: &str) -> Result<Group> {
        let leader = command.process_group(0).spawn().with_context(|| {
            format!(
                "{what}: cannot start {}",
                command.get_program().to_string_lossy()
            )
        })?;
        let id = i32::try_from(leader.id()).ok().and_then(Pid::from_raw);
        Ok(Group {
            leader,
            id,
            is_over: false,
        })
    }

    /// The group's number, which is its leader's.
    pub(crate) fn id(&self) -> u32 {
        self.leader.id()
    }

    pub(crate) fn leader(&mut self) -> &mut Child {
        &mut self.leader
    }

    /// How the leader ended, once it has.
    pub(crate) fn ended(&mut self) -> Result<Option<ExitStatus>> {
        Ok(self.leader.try_wait()?)
    }

    fn wait(mut self) -> Result<ExitStatus> {
        loop {
            if let Some(status) = self.ended()? {
                self.is_over = true; // what it left running on purpose (a build server) is not ours to end
                return Ok(status);
            }
            if interrupt::asked() {
                bail!("stopped");
            }
            sleep(POLL);
        }
    }

    /// Asks the whole group to stop and ends by force what is still there after five seconds.
    pub(crate) fn stop(&mut self) {
        let Some(id) = self.id else { return };
        if std::mem::replace(&mut self.is_over, true) {
            return;
        }
        for (signal, patience) in [(Signal::INT, STOP_GRACE), (Signal::KILL, KILL_GRACE)] {
            let _ = kill_process_group(id, signal); // an empty group is what we want
            let asked_at = Instant::now();
            while asked_at.elapsed() < patience {
                let _ = self.leader.try_wait(); // a zombie leader keeps its group alive
                if test_kill_process_group(id).is_err() {
                    return;
                }
                sleep(POLL);
            }
        }
    }
}

impl Group {
    /// Ends the whole group at once, as a crash would.
    pub(crate) fn kill(&mut self) {
        if let Some(id) = self.id {
            let _ = kill_process_group(id, Signal::KILL); // an empty group is what we want
        }
        self.stop();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.stop();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_and_rustup_leave_nothing_to_a_child_but_a_persons_settings_stay() {
        for name in [
            "CARGO_MANIFEST_DIR",
            "CARGO_TARGET_DIR",
            "RUSTUP_TOOLCHAIN",
            "CARGO_ENCODED_RUSTFLAGS",
        ] {
            assert!(is_left_by_cargo(name), "{name}");
        }
        for name in [
            "CARGO_HOME",
            "CARGO_TERM_COLOR",
            "CARGO_REGISTRIES_X_INDEX",
            "RUSTUP_HOME",
            "PATH",
        ] {
            assert!(!is_left_by_cargo(name), "{name}");
        }
    }

    #[test]
    fn stopping_ends_what_the_child_started() {
        let mut shell = Command::new("sh");
        let mut group = Group::spawn(shell.args(["-c", "sleep 60 | sleep 60"]), "sh").unwrap();
        group.stop();
        assert!(test_kill_process_group(group.id.unwrap()).is_err());
    }
}
