//! `cargo xtask simulate`: the long forms of the simulation: many schedules, one seed's story, and the proof that it notices what is wrong.

mod mutants;
mod schedules;
mod tree;
mod weave;

use std::fs;

use anyhow::{Result, bail};
use clap::Args;

use crate::child::run;
use crate::places;
use mutants::Mutant;
use schedules::simulation;

/// How many schedules a bare `simulate` runs: some ten minutes.
const SCHEDULES: u64 = 60_000;
/// How many a mutant is given after stories and points of failure.
const MUTANT_SCHEDULES: u64 = 20_000;
/// Where the table of mutants is.
const TABLE: &str = "docs/reliability-mutants.md";
/// The table follows this line.
const TABLE_HEAD: &str = "| rule | broken by | noticed by | noticed as |\n|---|---|---|---|\n";

#[derive(Args)]
pub(crate) struct Options {
    /// How many schedules; one if a seed is given
    #[arg(long)]
    schedules: Option<u64>,
    /// The first seed; alone, its story is told if it breaks a rule
    #[arg(long)]
    seed: Option<u64>,
    /// Breaks each rule in a copy of the tree, and writes down what notices: docs/reliability-mutants.md
    #[arg(long)]
    mutants: bool,
}

pub(crate) fn run_with(options: &Options) -> Result<()> {
    if options.mutants {
        return notice_all(options.schedules.unwrap_or(MUTANT_SCHEDULES));
    }
    let usual = if options.seed.is_some() { 1 } else { SCHEDULES };
    let schedules = options.schedules.unwrap_or(usual);
    run(
        simulation("", "every_schedule", schedules)
            .env("MALIPO_SEED", options.seed.unwrap_or(1).to_string()),
        "the simulation",
    )
}

/// Every mutant has to be noticed; the tree as it is must not be.
fn notice_all(schedules: u64) -> Result<()> {
    let mutants: Vec<&Mutant> = mutants::all().collect();
    let tree = tree::Tree::with(&mutants)?;
    if let Some(noticed) = tree.notices(0, schedules / 10)? {
        bail!("without a mutant {} notices {}", noticed.by, noticed.what);
    }
    let (mut rows, mut missed) = (String::new(), 0);
    for (n, mutant) in mutants.iter().enumerate() {
        let noticed = tree.notices(n + 1, schedules)?;
        missed += u32::from(noticed.is_none());
        let (by, what) = noticed.map_or_else(
            || ("**nothing**".to_owned(), "–".to_owned()),
            |noticed| (noticed.by, rule_of(&noticed.what).to_owned()),
        );
        let row = format!("| {} | {} | {by} | {what} |\n", mutant.rule, mutant.name);
        print!("{row}");
        rows += &row;
    }
    write_table(&rows)?;
    if missed > 0 {
        bail!("{missed} mutants were not noticed");
    }
    Ok(())
}

/// `rule 7` of `rule 7: what was seen`.
fn rule_of(what: &str) -> &str {
    what.split_once(": ").map_or(what, |(rule, _)| rule)
}

/// Puts the rows in the place of those that are there; what stands around the table stays.
fn write_table(rows: &str) -> Result<()> {
    let path = places::root().join(TABLE);
    let text = fs::read_to_string(&path)?;
    let Some((before, after)) = text.split_once(TABLE_HEAD) else {
        bail!("{TABLE} has no table");
    };
    let end = after.find("\n\n").map_or(after.len(), |at| at + 1);
    fs::write(
        &path,
        format!("{before}{TABLE_HEAD}{rows}{}", &after[end..]),
    )?;
    Ok(())
}
