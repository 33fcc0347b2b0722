//! Builds what is deployed: the widget's and the dashboard's files in dist/, and the Worker, each only when its inputs have changed.
//! And, for `dev` alone, the quick build.

mod assets;
mod bindgen;
mod budget;
mod dashboard;
mod page;
pub(crate) mod quick;
mod require;
mod widget;
mod worker;

use std::env;
use std::path::PathBuf;

use anyhow::{Result, bail};

use crate::{places, setup};
use assets::Brotli;

/// Builds everything, prints the sizes and fails above a budget.
pub(crate) fn run(force: bool) -> Result<()> {
    ensure(force)?;
    let report = budget::measure()?;
    println!("{report}");
    match report.above_budget().as_slice() {
        [] => Ok(()),
        above => bail!("above budget: {}", above.join(", ")),
    }
}

/// What a Worker on this machine runs.
pub(crate) struct Built {
    /// Its module.
    pub(crate) worker: PathBuf,
    /// What is served beside it.
    pub(crate) dist: PathBuf,
}

/// In the environment of a part of the tests: the part `build` has built everything in this run, so nobody need look again.
pub(crate) const IS_BUILT: &str = "MALIPO_TESTS_BUILT";

/// Builds everything that is not up to date, whatever its size.
pub(crate) fn ensure(force: bool) -> Result<Built> {
    let built = Built {
        worker: worker::deployed().join(worker::MODULE),
        dist: places::dist(),
    };
    if !force && env::var_os(IS_BUILT).is_some() {
        return Ok(built);
    }
    let _one_at_a_time = setup::lock("build")?;
    let widget = widget::build(force)?;
    let dashboard = dashboard::build(force)?;
    assets::write(&built.dist, &widget, &dashboard, Brotli::Deployed)?;
    worker::build(force)?;
    Ok(built)
}

/// Whether [`ensure`] would compile nothing.
pub(crate) fn is_fresh() -> Result<bool> {
    Ok(widget::is_fresh()? && dashboard::is_fresh()? && worker::is_fresh()?)
}
