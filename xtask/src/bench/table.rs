//! The table: each figure with its goal beside it.

use std::fmt;

/// What a figure of Malipo's should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Goal {
    /// It is only told.
    None,
    AtMost(f64),
    AtLeast(f64),
}

#[derive(Debug)]
pub(super) struct Row {
    pub(super) what: String,
    pub(super) twin: Option<f64>,
    pub(super) malipo: f64,
    /// How many digits follow the point.
    pub(super) digits: usize,
    pub(super) goal: Goal,
}

impl Row {
    pub(super) fn is_met(&self) -> bool {
        match self.goal {
            Goal::None => true,
            Goal::AtMost(most) => self.malipo <= most,
            Goal::AtLeast(least) => self.malipo >= least,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Table(pub(super) Vec<Row>);

impl Table {
    pub(super) fn add(
        &mut self,
        what: impl Into<String>,
        [twin, malipo]: [Option<f64>; 2],
        digits: usize,
        goal: Goal,
    ) {
        self.0.push(Row {
            what: what.into(),
            twin,
            malipo: malipo.unwrap_or(f64::NAN), // what is not measured meets no goal
            digits,
            goal,
        });
    }

    /// What misses its goal.
    pub(super) fn missed(&self) -> Vec<&str> {
        let missed = self.0.iter().filter(|row| !row.is_met());
        missed.map(|row| row.what.as_str()).collect()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "| a payment | twin | Malipo | goal | |")?;
        writeln!(out, "|---|--:|--:|--:|---|")?;
        for row in &self.0 {
            let twin = row
                .twin
                .map_or("–".to_owned(), |twin| grouped(twin, row.digits));
            let (goal, verdict) = match row.goal {
                Goal::None => (String::new(), ""),
                Goal::AtMost(most) => (format!("≤ {}", short(most)), verdict(row)),
                Goal::AtLeast(least) => (format!("≥ {}", short(least)), verdict(row)),
            };
            let malipo = grouped(row.malipo, row.digits);
            writeln!(
                out,
                "| {} | {twin} | {malipo} | {goal} | {verdict} |",
                row.what
            )?;
        }
        Ok(())
    }
}

fn verdict(row: &Row) -> &'static str {
    if row.is_met() { "met" } else { "**not met**" }
}

/// A goal, without digits that say nothing.
fn short(number: f64) -> String {
    grouped(number, usize::from(number.fract() != 0.0))
}

/// A number with commas between thousands.
pub(super) fn grouped(number: f64, digits: usize) -> String {
    if !number.is_finite() {
        return if number.is_nan() { "–" } else { "any" }.to_owned();
    }
    let text = format!("{number:.digits$}");
    let (whole, rest) = text.split_once('.').unwrap_or((&text, ""));
    let mut told = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) && !told.ends_with('-') {
            told.push(',');
        }
        told.push(digit);
    }
    if digits > 0 {
        told += &format!(".{rest}");
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_thousands() {
        assert_eq!(grouped(1_234_567.0, 0), "1,234,567");
        assert_eq!(grouped(6_450.26, 1), "6,450.3");
        assert_eq!(grouped(-123.0, 0), "-123");
        assert_eq!(grouped(0.0, 2), "0.00");
        assert_eq!(grouped(f64::INFINITY, 0), "any");
    }

    #[test]
    fn each_goal_is_beside_its_figure_and_says_whether_it_is_met() {
        let mut table = Table::default();
        table.add(
            "statements",
            [Some(9.0), Some(279.0)],
            0,
            Goal::AtMost(60.0),
        );
        table.add("ratio", [None, Some(1.5)], 1, Goal::AtMost(1.5));
        table.add("a day", [None, Some(999.0)], 0, Goal::AtLeast(1_000.0));
        table.add("rows", [None, Some(1.0)], 0, Goal::None);
        let text = table.to_string();
        for line in [
            "| statements | 9 | 279 | ≤ 60 | **not met** |",
            "| ratio | – | 1.5 | ≤ 1.5 | met |",
            "| a day | – | 999 | ≥ 1,000 | **not met** |",
            "| rows | – | 1 |  |  |",
        ] {
            assert!(text.contains(line), "{text}");
        }
        assert_eq!(table.missed(), ["statements", "a day"]);
    }

    #[test]
    fn what_was_not_measured_meets_no_goal() {
        let mut table = Table::default();
        table.add("CPU", [None, None], 1, Goal::AtMost(10.0));
        assert_eq!(table.missed(), ["CPU"]);
    }
}
