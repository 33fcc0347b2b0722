//! The built files: those of the widget, whose names hold their hash (kept by browsers for ever, sent precompressed), and the loader as one
//! merchant's pages embed it, which takes its merchant from its own address.

use crate::platform::reply;
use malipo_engine::http::is_unchanged;
use malipo_shared::LinkId;
use serde_json::Value;
use worker::{EncodeBody, Env, Headers, Method, Request, RequestInit, Response, Result};

/// Answers `/a/{hash}/{file}`.
pub(crate) async fn answer(request: &Request, env: &Env, path: &str) -> Result<Response> {
    if path.ends_with(".br") || path.contains("..") {
        return reply::not_found();
    }
    if request.method() != Method::Get {
        return reply::method_not_allowed("GET");
    }
    let assets = env.assets("ASSETS")?;
    let takes_brotli = takes_brotli(request);
    // The asset service wants an absolute address; its host plays no part.
    let name = format!("{path}{}", if takes_brotli { ".br" } else { "" });
    let url = format!("https://assets.invalid{name}");
    let mut file = assets.fetch(url, None).await?;
    if file.status_code() != 200 {
        return reply::not_found();
    }
    let headers = Headers::new();
    // Its address names its bytes.
    let tag = format!("\"{name}\"");
    headers.set("ETag", &tag)?;
    headers.set("Content-Type", content_type(path))?;
    headers.set("Cache-Control", "public, max-age=31536000, immutable")?;
    headers.set("Vary", "Accept-Encoding")?;
    // Modules and fonts are fetched across origins: the merchant's page is another one.
    headers.set("Access-Control-Allow-Origin", "*")?;
    headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
    let known = request.headers().get("If-None-Match")?;
    if known.is_some_and(|known| is_unchanged(&known, &tag)) {
        headers.delete("Content-Type")?;
        return Ok(Response::empty()?.with_status(304).with_headers(headers));
    }
    let response = Response::from_bytes(file.bytes().await?)?;
    if takes_brotli {
        headers.set("Content-Encoding", "br")?;
        return Ok(response
            .with_headers(headers)
            .with_encode_body(EncodeBody::Manual));
    }
    Ok(response.with_headers(headers))
}

/// A text file of dist/, for a page that needs headers of its own.
///
/// # Errors
/// It is not there.
pub(crate) async fn text(env: &Env, path: &str) -> Result<String> {
    let url = format!("https://assets.invalid{path}");
    let mut file = env.assets("ASSETS")?.fetch(url, None).await?;
    match file.status_code() {
        200 => file.text().await,
        status => Err(worker::Error::RustError(format!(
            "{path} is not among the assets: {status}"
        ))),
    }
}

/// Answers the loader and `embed.json` below `/m/{link}`; none for every other path.
pub(crate) async fn of_merchant(
    request: &Request,
    env: &Env,
    link: &LinkId,
    path: &str,
) -> Option<Result<Response>> {
    match path {
        "/malipo.js" | "/embed.json" if request.method() != Method::Get => {
            Some(reply::method_not_allowed("GET"))
        }
        "/malipo.js" => Some(loader(request, env).await),
        "/embed.json" => Some(embed(env, link).await),
        _ => None,
    }
}

async fn loader(request: &Request, env: &Env) -> Result<Response> {
    let mut init = RequestInit::new();
    if let Some(known) = request.headers().get("If-None-Match")? {
        let headers = Headers::new();
        headers.set("If-None-Match", &known)?;
        init.with_headers(headers);
    }
    let assets = env.assets("ASSETS")?;
    assets
        .fetch("https://assets.invalid/malipo.js", Some(init))
        .await
}

/// What names the pinned loader, with the merchant in its address.
async fn embed(env: &Env, link: &LinkId) -> Result<Response> {
    let assets = env.assets("ASSETS")?;
    let mut file = assets
        .fetch("https://assets.invalid/embed.json", None)
        .await?;
    let mut embed: Value = serde_json::from_slice(&file.bytes().await?)?;
    if let Some(src) = embed["src"].as_str() {
        embed["src"] = Value::String(format!("/m/{link}{src}"));
    }
    Response::from_json(&embed)
}

/// At the edge the header is the edge's own and always names brotli; so does every browser that runs WASM.
fn takes_brotli(request: &Request) -> bool {
    let header = request.headers().get("Accept-Encoding").ok().flatten();
    header.unwrap_or_default().split(',').any(|encoding| {
        let mut parts = encoding.split(';').map(str::trim);
        parts.next() == Some("br") && parts.next() != Some("q=0")
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("js") => "text/javascript; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("css") => "text/css; charset=utf-8",
        _ => "application/octet-stream",
    }
}
