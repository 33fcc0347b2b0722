//! The built files: those of the widget, whose names hold their hash (kept by browsers for ever, sent precompressed), and the loader as one
//! merchant's pages embed it, which takes its merchant from its own address.

use crate::platform::Env;
use crate::platform::error::Result;
use crate::platform::files;
use crate::platform::http::{Body, Incoming, Method, Reply};
use crate::platform::reply;
use malipo_engine::http::is_unchanged;
use malipo_shared::LinkId;
use serde_json::Value;

/// Answers `/a/{hash}/{file}`.
pub(crate) async fn answer(request: &Incoming, env: &Env, path: &str) -> Result<Reply> {
    if path.ends_with(".br") || path.contains("..") {
        return reply::not_found();
    }
    if request.method != Method::Get {
        return reply::method_not_allowed("GET");
    }
    let takes_brotli = takes_brotli(request);
    let name = format!("{path}{}", if takes_brotli { ".br" } else { "" });
    let file = files::open(env, &name, None).await?;
    if file.status != 200 {
        return reply::not_found();
    }
    // Its address names its bytes.
    let tag = format!("\"{name}\"");
    let known = request.header("If-None-Match");
    let reply = if known.is_some_and(|known| is_unchanged(&known, &tag)) {
        Reply::empty(304)
    } else {
        let reply = Reply::of(200, Body::File(file.without_headers()));
        let reply = reply.with("Content-Type", content_type(path));
        match takes_brotli {
            true => reply.with("Content-Encoding", "br"),
            false => reply,
        }
    };
    Ok(reply
        .with("ETag", tag)
        .with("Cache-Control", "public, max-age=31536000, immutable")
        .with("Vary", "Accept-Encoding")
        // Scripts and fonts are fetched across origins: the merchant's page is another one.
        .with("Access-Control-Allow-Origin", "*")
        .with("Cross-Origin-Resource-Policy", "cross-origin"))
}

/// Answers the loader and `embed.json` below `/m/{link}`; none for every other path.
pub(crate) async fn of_merchant(
    request: &Incoming,
    env: &Env,
    link: &LinkId,
    path: &str,
) -> Option<Result<Reply>> {
    match path {
        "/malipo.js" | "/embed.json" if request.method != Method::Get => {
            Some(reply::method_not_allowed("GET"))
        }
        "/malipo.js" => Some(loader(request, env).await),
        "/embed.json" => Some(embed(env, link).await),
        _ => None,
    }
}

async fn loader(request: &Incoming, env: &Env) -> Result<Reply> {
    let file = files::open(env, "/malipo.js", request.header("If-None-Match")).await?;
    Ok(Reply::of(file.status, Body::File(file)))
}

/// What names the pinned loader, with the merchant in its address.
async fn embed(env: &Env, link: &LinkId) -> Result<Reply> {
    let mut embed: Value = serde_json::from_str(&files::text(env, "/embed.json").await?)?;
    if let Some(src) = embed["src"].as_str() {
        embed["src"] = Value::String(format!("/m/{link}{src}"));
    }
    Ok(Reply::ok(embed.to_string()).with("Content-Type", "application/json"))
}

/// At the edge the header is the edge's own and always names brotli; so does every browser that runs WASM.
fn takes_brotli(request: &Incoming) -> bool {
    let header = request.header("Accept-Encoding");
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
