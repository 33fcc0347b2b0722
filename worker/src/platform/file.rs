//! `File`: a built file of `dist/`, as the platform's asset service gives it.

use super::error::Result;
use worker::{Fetcher, Headers, RequestInit, Response};

/// A file, and the headers that the asset service gives it.
pub(crate) struct File {
    response: Response,
    has_own_headers: bool,
}

impl File {
    /// 200, or 304 where the caller has it already; anything else is no file.
    pub(crate) fn status(&self) -> u16 {
        self.response.status_code()
    }

    /// The bytes alone: whoever sends them says what they are.
    #[must_use]
    pub(crate) fn without_headers(self) -> File {
        File {
            has_own_headers: false,
            ..self
        }
    }

    pub(super) fn into_parts(self) -> (Response, Headers) {
        let headers = match self.has_own_headers {
            true => self.response.headers().clone(),
            false => Headers::new(),
        };
        (self.response, headers)
    }

    /// All of it, as text.
    pub(crate) async fn text(mut self) -> Result<String> {
        Ok(self.response.text().await?)
    }
}

/// A file by its path; `known` is the `If-None-Match` of who asks.
pub(super) async fn fetch(env: &worker::Env, path: &str, known: Option<String>) -> Result<File> {
    let mut init = RequestInit::new();
    if let Some(known) = known {
        let headers = Headers::new();
        headers.set("If-None-Match", &known)?;
        init.with_headers(headers);
    }
    // The service wants an absolute address; its host plays no part.
    let url = format!("https://assets.invalid{path}");
    let assets: Fetcher = env.assets("ASSETS")?;
    Ok(File {
        response: assets.fetch(url, Some(init)).await?,
        has_own_headers: true,
    })
}
