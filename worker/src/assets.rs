//! The hashed files of the widget: kept by browsers for ever, sent precompressed at the highest quality.

use worker::{EncodeBody, Env, Headers, Request, Response, Result};

/// Answers `/a/{hash}/{file}`.
pub(crate) async fn answer(request: &Request, env: &Env) -> Result<Response> {
    let path = request.path();
    if path.ends_with(".br") || path.contains("..") {
        return crate::routes::not_found();
    }
    let assets = env.assets("ASSETS")?;
    let takes_brotli = takes_brotli(request);
    // The asset service wants an absolute address; its host plays no part.
    let url = format!(
        "https://assets.invalid{path}{}",
        if takes_brotli { ".br" } else { "" }
    );
    let mut file = assets.fetch(url, None).await?;
    if file.status_code() != 200 {
        return crate::routes::not_found();
    }
    let headers = Headers::new();
    headers.set("Content-Type", content_type(&path))?;
    headers.set("Cache-Control", "public, max-age=31536000, immutable")?;
    headers.set("Vary", "Accept-Encoding")?;
    // Modules and fonts are fetched across origins: the merchant's page is another one.
    headers.set("Access-Control-Allow-Origin", "*")?;
    headers.set("Cross-Origin-Resource-Policy", "cross-origin")?;
    headers.set("X-Content-Type-Options", "nosniff")?;
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
