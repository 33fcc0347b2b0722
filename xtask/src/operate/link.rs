//! A payment link and its QR code: for WhatsApp, for print, for sellers without a shop page.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::Args;
use qrcode::QrCode;
use qrcode::render::{svg, unicode};

#[derive(Args)]
pub(super) struct Options {
    /// A line of the price list; without it the link asks for the amount, where the shop takes any
    item: Option<String>,
    /// The language that it opens in; without it the customer's own
    #[arg(long, value_parser = ["en", "sw"])]
    lang: Option<String>,
    /// Writes the code as an SVG picture
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// Prints the link and its code. It asks no Worker: the link is the address and the item, if there is one.
pub(super) fn print(base: &str, options: &Options) -> Result<()> {
    let item = options.item.as_deref();
    let link = link(base, item, options.lang.as_deref())?;
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

fn link(base: &str, item: Option<&str>, lang: Option<&str>) -> Result<String> {
    let is_char = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    let is_item = |item: &str| (1..=40).contains(&item.len()) && item.bytes().all(is_char);
    if let Some(wrong) = item.filter(|item| !is_item(item)) {
        bail!("`{wrong}` is no item: 1 to 40 letters, digits, - and _, as in ITEMS");
    }
    let item = item.unwrap_or_default();
    let query = lang.map(|lang| format!("?lang={lang}")).unwrap_or_default();
    Ok(format!("{}/pay/{item}{query}", base.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_names_the_worker_and_the_item() {
        let made = link("https://pay.example/", Some("tea"), Some("sw"));
        assert_eq!(made.unwrap(), "https://pay.example/pay/tea?lang=sw");
        let any_amount = link("https://pay.example/m/duka2", None, None);
        assert_eq!(any_amount.unwrap(), "https://pay.example/m/duka2/pay/");
        for wrong in ["", "a/b", "ä", "a?b"] {
            let made = link("https://pay.example", Some(wrong), None);
            assert!(made.is_err(), "{wrong}");
        }
    }
}
