//! The Cloudflare shell.
