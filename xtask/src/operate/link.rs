//! A payment link and its QR code: for WhatsApp, for print, for sellers without a shop page.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use qrcode::QrCode;
use qrcode::render::{svg, unicode};

#[derive(Args)]
pub(super) struct Options {
    /// A line of the price list
    item: String,
    /// The language that it opens in; without it the customer's own
    #[arg(long, value_parser = ["en", "sw"])]
    lang: Option<String>,
    /// Writes the code as an SVG picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Prints the link and its code. It asks no Worker: the link is the address and the item.
pub(super) fn print(base: &str, options: &Options) -> Result<()> {
    let link = link(base, &options.item, options.lang.as_deref())?;
    let code = QrCode::new(&link).context("the link is too long for a QR code")?;
    println!("{link}\n");
    println!("{}", code.render::<unicode::Dense1x2>().build());
    if let Some(file) = &options.svg {
        let picture = code.render::<svg::Color>().min_dimensions(240, 240).build();
        fs::write(file, picture).with_context(|| format!("writing {}", file.display()))?;
        println!("written to {}", file.display());
    }
    Ok(())
}

fn link(base: &str, item: &str, lang: Option<&str>) -> Result<String> {
    let is_item = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if item.is_empty() || item.len() > 40 || !item.bytes().all(is_item) {
        bail!("`{item}` is no item: 1 to 40 letters, digits, - and _, as in ITEMS");
    }
    let query = lang.map(|lang| format!("?lang={lang}")).unwrap_or_default();
    Ok(format!("{}/pay/{item}{query}", base.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_the_worker_and_the_item() {
        let made = link("https://pay.example/", "tea", Some("sw"));
        assert_eq!(made.unwrap(), "https://pay.example/pay/tea?lang=sw");
        for wrong in ["", "a/b", "ä", "a?b"] {
            assert!(link("https://pay.example", wrong, None).is_err(), "{wrong}");
        }
    }
}
