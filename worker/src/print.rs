//! Printing: the log's lines to the platform's console, and its errors as the shell's.

use malipo_shell::platform::error::Error;
use malipo_shell::platform::host::Level;

/// Prints a line of the log.
pub(crate) fn line(level: Level, line: &str) {
    match level {
        Level::Error => worker::console_error!("{line}"),
        Level::Warn => worker::console_warn!("{line}"),
        Level::Info => worker::console_log!("{line}"),
    }
}

/// What the platform says went wrong.
pub(crate) fn away(why: impl Into<worker::Error>) -> Error {
    Error::new(why.into().to_string())
}
