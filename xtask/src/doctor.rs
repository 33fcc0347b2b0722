//! `cargo xtask doctor`: proves a configuration before real money. Without `--url` it reads `wrangler.toml` and a file of
//! secrets, and asks Daraja from this machine; with `--url` it asks the deployed Worker. The order is that of docs/go-live.md.

mod daraja;
mod in_dashboard;
mod load_settings;
mod report;
mod settings_checks;
mod worker;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::Args;

use crate::operate::Worker;
use crate::places;
use daraja::{Elsewhere, PRODUCTION_URL, SANDBOX_URL};
use load_settings::Settings;
use report::Report;

#[derive(Args)]
pub(crate) struct Options {
    /// The deployed Worker, as the internet sees it. Its key is MALIPO_API_KEY
    #[arg(long)]
    url: Option<String>,
    /// The secrets that are deployed, in dotenv format; .dev.vars without it
    #[arg(long, value_name = "FILE")]
    secrets: Option<PathBuf>,
    /// The variables
    #[arg(long, value_name = "FILE", default_value = "wrangler.toml")]
    config: PathBuf,
    /// Has the Worker send the shop's webhook a test message
    #[arg(long)]
    webhook: bool,
    /// Prints JSON
    #[arg(long)]
    json: bool,
    #[arg(long, hide = true, default_value = SANDBOX_URL)]
    sandbox_url: String,
    #[arg(long, hide = true, default_value = PRODUCTION_URL)]
    production_url: String,
}

pub(crate) fn run(options: &Options) -> Result<()> {
    let report = examine(options)?;
    if options.json {
        println!("{:#}", report.as_json());
    } else {
        print!("{}", report.as_text());
    }
    match report.findings().len() {
        0 => Ok(()),
        1 => bail!("1 finding"),
        n => bail!("{n} findings"),
    }
}

fn examine(options: &Options) -> Result<Report> {
    let mut report = Report::default();
    // What is deployed knows better than what lies here: files are read with `--url` only where they are named.
    let secrets = match (&options.secrets, &options.url) {
        (Some(file), _) => Some(file.clone()),
        (None, None) => Some(places::root().join(".dev.vars")),
        (None, Some(_)) => None,
    };
    let settings = match &secrets {
        Some(file) => Some(Settings::read(&options.config, file)?),
        None => None,
    };
    if let Some(settings) = &settings {
        settings_checks::examine(settings, &mut report);
    }
    let elsewhere = Elsewhere {
        sandbox_url: &options.sandbox_url,
        production_url: &options.production_url,
    };
    match (&options.url, &settings) {
        (Some(url), settings) => {
            let deployed = Worker::at(url)?;
            let asked = worker::Asked {
                url: url.trim_end_matches('/'),
                deployed: &deployed,
                settings: settings.as_ref(),
                elsewhere: &elsewhere,
                sends_webhook: options.webhook,
            };
            worker::examine(&asked, &mut report)?;
        }
        (None, Some(settings)) => {
            daraja::examine(settings, &elsewhere, &mut report)?;
            for check in ["worker", "kv", "ledger", "objects", "callback"] {
                report.skip(check, "ask the deployed Worker with --url");
            }
        }
        (None, None) => {}
    }
    Ok(report)
}
