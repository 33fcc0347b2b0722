//! Builds what is deployed: the widget's and the dashboard's files in dist/, and the Worker, each only when its inputs have changed.

mod assets;
mod budget;
mod dashboard;
mod page;
mod require;
mod widget;
mod worker;

use anyhow::{Result, bail};

use crate::setup;

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

/// Builds everything that is not up to date, whatever its size.
pub(crate) fn ensure(force: bool) -> Result<()> {
    let _one_at_a_time = setup::lock("build")?;
    let widget = widget::build(force)?;
    let dashboard = dashboard::build(force)?;
    assets::write_dist(&widget, &dashboard)?;
    worker::build(force)
}
