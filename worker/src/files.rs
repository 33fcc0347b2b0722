//! The built files of `dist/`, as the platform's asset service gives them.

use crate::print::away;
use malipo_shell::platform::error::Result;
use malipo_shell::platform::file::{Content, File};
use malipo_shell::platform::host::Soon;
use std::any::Any;
use worker::{Env, Fetcher, Headers, RequestInit, Response};

/// A file where the asset service has it: its answer.
pub(crate) struct Served(pub(crate) Response);

impl Content for Served {
    fn text(mut self: Box<Self>) -> Soon<'static, Result<String>> {
        Box::pin(async move { self.0.text().await.map_err(away) })
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any> {
        self
    }
}

/// A file by its path; `known` is the `If-None-Match` of who asks.
pub(crate) async fn open(env: &Env, path: &str, known: Option<String>) -> Result<File> {
    let response = fetch(env, path, known).await.map_err(away)?;
    Ok(File {
        status: response.status_code(),
        content: Box::new(Served(response)),
        has_own_headers: true,
    })
}

async fn fetch(env: &Env, path: &str, known: Option<String>) -> worker::Result<Response> {
    let mut init = RequestInit::new();
    if let Some(known) = known {
        let headers = Headers::new();
        headers.set("If-None-Match", &known)?;
        init.with_headers(headers);
    }
    // The service wants an absolute address; its host plays no part.
    let url = format!("https://assets.invalid{path}");
    let assets: Fetcher = env.assets("ASSETS")?;
    assets.fetch(url, Some(init)).await
}
