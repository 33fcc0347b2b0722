//! The built files of `dist/`, by their paths.

use super::Env;
use super::error::{Error, Result};
use super::file::File;

/// A file by its path; `known` is the `If-None-Match` of who asks.
///
/// # Errors
/// The asset service does not answer.
pub async fn open(env: &Env, path: &str, known: Option<String>) -> Result<File> {
    env.file(path, known).await
}

/// A file's text.
///
/// # Errors
/// It is not there.
pub async fn text(env: &Env, path: &str) -> Result<String> {
    let file = open(env, path, None).await?;
    match file.status {
        200 => file.content.text().await,
        status => Err(Error::new(format!(
            "{path} is not among the assets: {status}"
        ))),
    }
}
