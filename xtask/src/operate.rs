//! `cargo xtask operate`: what the shop's operator asks of a running Worker, with the key that opens its operator's routes.

mod books;
mod call;
mod credential;
mod inbox;
mod link;
mod merchant;
mod payments;
mod print;

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::interrupt;
pub(crate) use call::Worker;
use print::print_json;

#[derive(Args)]
pub(crate) struct Options {
    /// Where the Worker is. The key is MALIPO_API_KEY's; of a Worker on this machine, .dev.vars'
    #[arg(long, global = true, default_value = "http://127.0.0.1:8787")]
    url: String,
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Tells M-PESA, once, where payments by hand are reported
    RegisterC2b {
        /// Does it; without this only what it means is told
        #[arg(long)]
        yes: bool,
    },
    /// Brings what lies in the inbox, looks at what has not ended, enters what the ledger lacks
    Sweep {
        /// Days whose payments are looked through, today included
        #[arg(long, default_value_t = 2)]
        days: u32,
        /// Enters every payment of these days anew: rebuilds the ledger
        #[arg(long)]
        everyone: bool,
    },
    /// Sends the shop a message of a payment again: the newest, or the one of this number
    Redeliver {
        reference: String,
        sequence: Option<u32>,
    },
    /// Closes an order with nothing in flight: its stock can be released
    Close { reference: String },
    /// Forgets the customer of a payment that has ended: numbers, and what M-PESA sent
    Forget { reference: String },
    /// Lists the payments that money which nobody has claimed may be meant for
    Candidates { receipt: String },
    /// Gives money that nobody has claimed to a payment
    Claim {
        receipt: String,
        reference: String,
        /// What you have seen as still due on the order, in whole shillings; where it is another amount, nothing is done
        #[arg(long, value_name = "KES")]
        expect: u32,
    },
    /// Takes a claim back while nothing else has built on it
    Unclaim { receipt: String, reference: String },
    /// Lists payments, newest first
    Payments(Box<payments::Filters>),
    /// Creates a payment, or finds the one of this reference; prints its payment link
    Create(Box<payments::Create>),
    /// Writes payments as CSV
    Export(Box<payments::Export>),
    /// Gives a receipt's money back. It leaves once; the same key finds the same refund
    Refund {
        reference: String,
        receipt: String,
        /// Only so much of it, in whole shillings; needs ALLOW_PARTIAL_REFUNDS
        #[arg(long)]
        amount: Option<u32>,
        /// Why, for your own books
        #[arg(long)]
        reason: Option<String>,
        /// Your own name of this refund: 1 to 255 visible ASCII characters
        #[arg(long)]
        key: String,
    },
    /// Says what became of a refund that M-PESA is silent about, once you have looked at its statement
    SettleRefund {
        reference: String,
        /// Its number
        refund: u32,
        /// Whether the money went back: `yes` or `no`
        #[arg(long, value_parser = ["yes", "no"])]
        went_back: String,
    },
    /// Encrypts an initiator's password, read from standard input, to Safaricom's certificate
    SecurityCredential {
        /// The environment's certificate, as Safaricom's portal gives it
        certificate: std::path::PathBuf,
    },
    /// Shows a payment, its story and what the shop was told
    Show { reference: String },
    /// Shows what M-PESA has told of a receipt, and whose it is
    Receipt { receipt: String },
    /// Lists the money that nobody has claimed
    Unmatched,
    /// Lists what M-PESA sent and could not be delivered; what is set apart comes first
    Inbox,
    /// Tries to deliver a message of the inbox again; all that are set apart if none is named
    RetryInbox { id: Option<u64> },
    /// Lists what M-PESA's books and the ledger do not agree on
    Differences {
        /// Those too that are settled
        #[arg(long)]
        all: bool,
    },
    /// Asks M-PESA for its own list (Pull Transactions) now, of the last two days
    Reconcile,
    /// Compares a statement of the M-PESA organisation portal, exported as CSV
    Import {
        file: PathBuf,
        /// Compares even a file that can hardly be this shop's statement of its time
        #[arg(long)]
        anyway: bool,
    },
    /// Registers the shop's number for Pull Transactions, once
    RegisterPull,
    /// Prints an item's payment link and its QR code
    Link(link::Options),
    /// Makes, changes, lists and switches the merchants of the deployment
    #[command(subcommand)]
    Merchant(merchant::What),
    /// Makes, lists and revokes a merchant's API keys
    #[command(subcommand)]
    Key(merchant::Key),
}

const REGISTRATION: &str = "\
This registers the Worker's addresses for payments by hand (C2B) of its Pay Bill or till.
In production M-PESA takes them once. Later they can only be deleted in Safaricom's portal (Self Services, URL
Management) and registered anew. So first make sure that
  - PUBLIC_BASE_URL is the address that stays,
  - C2B_SECRET is kept where only you can read it: it is part of the addresses, and a Worker with another one turns
    M-PESA's confirmations away,
  - no other system relies on addresses that are registered for this shortcode.
Then run it again with --yes.";

pub(crate) fn run(options: &Options) -> Result<()> {
    if let What::RegisterC2b { yes: false } = options.what {
        println!("{REGISTRATION}");
        return Ok(());
    }
    if let What::Link(asked) = &options.what {
        return link::print(&options.url, asked);
    }
    if let What::SecurityCredential { certificate } = &options.what {
        return credential::print(certificate);
    }
    if let What::Merchant(what) = &options.what {
        return merchant::run(&options.url, what);
    }
    if let What::Key(key) = &options.what {
        return merchant::key(&options.url, key);
    }
    let worker = Worker::at(&options.url)?;
    match &options.what {
        What::Link(_) | What::Merchant(_) | What::Key(_) | What::SecurityCredential { .. } => {
            Ok(())
        } // has been done
        What::RegisterC2b { .. } => {
            let said = worker.post("c2b/register", &json!({}))?;
            print_json(&said);
            match said["outcome"].as_str() {
                Some("registered" | "already_registered") => Ok(()),
                _ => bail!("it is not registered"),
            }
        }
        What::Sweep { days, everyone } => sweep(&worker, *days, *everyone),
        What::Redeliver {
            reference,
            sequence,
        } => {
            let path = format!("payments/{}/redeliver", segment(reference)?);
            let said = worker.post(&path, &json!({ "sequence": sequence }))?;
            print_json(&said["deliveries"]);
            Ok(())
        }
        What::Close { reference } => {
            let path = format!("payments/{}/close", segment(reference)?);
            print_json(&worker.post(&path, &json!({}))?["payment"]);
            Ok(())
        }
        What::Forget { reference } => {
            let path = format!("payments/{}/forget", segment(reference)?);
            print_json(&worker.post(&path, &json!({}))?["payment"]);
            Ok(())
        }
        What::Candidates { receipt } => {
            let path = format!("receipts/{}/candidates", segment(receipt)?);
            print_json(&worker.get(&path)?["candidates"]);
            Ok(())
        }
        What::Claim {
            receipt,
            reference,
            expect,
        } => {
            let path = format!("receipts/{}/claim", segment(receipt)?);
            let body = json!({ "account_reference": reference, "expect_kes": expect });
            print_json(&worker.post(&path, &body)?["payment"]);
            Ok(())
        }
        What::Unclaim { receipt, reference } => {
            let path = format!("receipts/{}/unclaim", segment(receipt)?);
            let said = worker.post(&path, &json!({ "account_reference": reference }))?;
            print_json(&said["payment"]);
            Ok(())
        }
        What::Payments(filters) => payments::list(&worker, filters),
        What::Create(asked) => payments::create(&worker, asked),
        What::Export(asked) => payments::export(&worker, asked),
        What::Refund {
            reference,
            receipt,
            amount,
            reason,
            key,
        } => {
            let path = format!("payments/{}/refunds", segment(reference)?);
            let mut body = json!({ "receipt": receipt, "reason": reason });
            if let Some(amount) = amount {
                body["amount_kes"] = (*amount).into();
            }
            print_json(&worker.create(&path, &body, key)?["refund"]);
            Ok(())
        }
        What::SettleRefund {
            reference,
            refund,
            went_back,
        } => {
            let path = format!("payments/{}/refunds/{refund}/settle", segment(reference)?);
            let said = worker.post(&path, &json!({ "refunded": went_back == "yes" }))?;
            print_json(&said["refund"]);
            Ok(())
        }
        What::Show { reference } => {
            print_json(&worker.get(&format!("payments/{}", segment(reference)?))?);
            Ok(())
        }
        What::Receipt { receipt } => {
            print_json(&worker.get(&format!("receipts/{}", segment(receipt)?))?);
            Ok(())
        }
        What::Unmatched => unmatched(&worker),
        What::Inbox => inbox::list(&worker),
        What::RetryInbox { id } => inbox::retry(&worker, *id),
        What::Differences { all } => books::differences(&worker, *all),
        What::Reconcile => books::reconcile(&worker),
        What::Import { file, anyway } => books::import(&worker, file, *anyway),
        What::RegisterPull => {
            let said = worker.post("pull/register", &json!({}))?;
            print_json(&said);
            match said["outcome"].as_str() {
                Some("registered" | "already_registered") => Ok(()),
                _ => bail!("it is not registered"),
            }
        }
    }
}

/// One run of the Worker's after the other, until it has seen all.
fn sweep(worker: &Worker, days: u32, everyone: bool) -> Result<()> {
    let mut next = Value::Null;
    loop {
        let ask = json!({ "days": days, "everyone": everyone, "next": next });
        let said = worker.post("sweep", &ask)?;
        println!("{said}");
        if said["has_ledger"] != true {
            bail!("the ledger does not answer: were its migrations applied? (docs/operate.md)");
        }
        if said["next"] == next && !next.is_null() {
            bail!("it does not get on from {next}: run it again later");
        }
        next = said["next"].clone();
        if next.is_null() || interrupt::asked() {
            return Ok(());
        }
    }
}

fn unmatched(worker: &Worker) -> Result<()> {
    let mut path = "unmatched".to_owned();
    loop {
        let page = worker.get(&path)?;
        for row in page["unmatched"].as_array().into_iter().flatten() {
            let text = |name: &str| row[name].as_str().unwrap_or("-").to_owned();
            println!(
                "{:<12} KES {:>8}  {:<10}  account {:<20}  from {}",
                text("receipt"),
                row["amount_kes"],
                text("status"),
                text("bill_ref"),
                text("payer_masked"),
            );
        }
        match page["next"].as_str() {
            Some(next) => path = format!("unmatched?after={next}"),
            None => return Ok(()),
        }
    }
}

/// A reference or receipt as part of a path.
fn segment(text: &str) -> Result<String> {
    let tight: String = text.split_whitespace().collect();
    if tight.is_empty()
        || !tight
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-')
    {
        bail!("`{text}` is no account reference or receipt: letters and digits");
    }
    Ok(tight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_taken_as_people_write_it_and_never_leaves_its_place_in_a_path() {
        assert_eq!(segment(" m0123 456abc").unwrap(), "m0123456abc");
        for wrong in ["", " ", "a/b", "a?b", "..", "ä"] {
            assert!(segment(wrong).is_err(), "{wrong}");
        }
    }
}
