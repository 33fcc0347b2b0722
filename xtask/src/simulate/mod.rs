//! `cargo xtask simulate`: the long forms of the simulation: millions of schedules, one seed's story, and the proof that it bites.

mod mutants;
mod schedules;
mod tree;

use anyhow::{Result, bail};
use clap::Args;

use crate::child::run;
use schedules::simulation;

/// How many schedules a bare `simulate` runs: a few minutes.
const SCHEDULES: u64 = 2_000_000;
/// How many a mutant is given; most are caught within a second.
const MUTANT_SCHEDULES: u64 = 1_000_000;

#[derive(Args)]
pub(crate) struct Options {
    /// How many schedules; one if a seed is given
    #[arg(long)]
    schedules: Option<u64>,
    /// The first seed; alone, its story is told if it breaks a rule
    #[arg(long)]
    seed: Option<u64>,
    /// Breaks each rule in a copy of the engine, and names the seed that notices
    #[arg(long)]
    mutants: bool,
}

pub(crate) fn run_with(options: &Options) -> Result<()> {
    if options.mutants {
        return bite();
    }
    let schedules = options
        .schedules
        .unwrap_or(if options.seed.is_some() { 1 } else { SCHEDULES });
    run(
        simulation("", schedules).env("MALIPO_SEED", options.seed.unwrap_or(1).to_string()),
        "the simulation",
    )
}

/// Every mutant has to be noticed; the engine as it is must not be.
fn bite() -> Result<()> {
    let tree = tree::Tree::copy()?;
    if let Some(caught) = tree.simulate(MUTANT_SCHEDULES / 10)? {
        bail!("the engine as it is breaks a rule: {}", caught.what);
    }
    println!("| rule | broken by | seed | schedules tried | noticed as |\n|---|---|---|---|---|");
    let mut missed = 0;
    for mutant in mutants::ALL {
        let told = tree.with(mutant, || tree.simulate(MUTANT_SCHEDULES))?;
        missed += u32::from(told.is_none());
        let (seed, tried, what) = told.map_or_else(
            || ("**none**".to_owned(), MUTANT_SCHEDULES, "–".to_owned()),
            |caught| {
                (
                    caught.seed.to_string(),
                    caught.seed,
                    format!("rule {}", caught.what),
                )
            },
        );
        println!(
            "| {} | {} | {seed} | {tried} | {what} |",
            mutant.rule, mutant.name
        );
    }
    if missed > 0 {
        bail!("{missed} mutants were not noticed");
    }
    Ok(())
}
