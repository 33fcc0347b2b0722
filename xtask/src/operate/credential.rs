//! `cargo xtask operate security-credential`: what DARAJA_SECURITY_CREDENTIAL is. The password is encrypted here, so that it
//! never lies in the Worker. Node does it: a build needs it anyway, and it brings RSA.

use std::io::{self, Read};
use std::path::Path;

use anyhow::{Result, bail};
use serde_json::json;

use crate::child;

/// RSA with PKCS #1 v1.5 padding, in base64. Source: Daraja, "Security Credentials".
const SEAL: &str = "\
const { X509Certificate, publicEncrypt, constants } = await import('node:crypto'); \
const { readFileSync } = await import('node:fs'); \
let text = ''; for await (const part of process.stdin) text += part; \
const { certificate, password } = JSON.parse(text); \
const key = new X509Certificate(readFileSync(certificate)).publicKey; \
const padding = constants.RSA_PKCS1_PADDING; \
console.log(publicEncrypt({ key, padding }, Buffer.from(password)).toString('base64'));";

/// Reads the password from standard input and prints the credential.
pub(super) fn print(certificate: &Path) -> Result<()> {
    let mut password = String::new();
    io::stdin().read_to_string(&mut password)?;
    let password = password.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("give the initiator's password on standard input (docs/operate.md)");
    }
    if password.contains(['@', '.']) {
        eprintln!("note: Safaricom is known to refuse passwords with `@` or `.`");
    }
    println!("{}", seal(certificate, password)?);
    Ok(())
}

fn seal(certificate: &Path, password: &str) -> Result<String> {
    let ask = json!({ "certificate": certificate, "password": password });
    let out = child::node(SEAL, &ask)?;
    let sealed = String::from_utf8(out.stdout)?.trim().to_owned();
    if !out.status.success() || sealed.is_empty() {
        bail!("{}: no certificate that can be used", certificate.display());
    }
    Ok(sealed)
}
