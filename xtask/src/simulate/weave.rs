//! All mutants in one build: each function that a mutant changes has both bodies, and `MALIPO_MUTANT` says which of them runs.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};

use super::mutants::Mutant;

/// What chooses: in `malipo-shared`, which every crate of the tree knows.
pub(super) const CHOICE: &str = r#"
/// The number of the mutant that is to run; 0 for none.
pub fn chosen_mutant() -> usize {
    static CHOSEN: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    let given = || std::env::var("MALIPO_MUTANT").ok().and_then(|n| n.parse().ok());
    *CHOSEN.get_or_init(|| given().unwrap_or_default())
}
"#;

/// A function in a file whose form is rustfmt's: the line it begins with, the one that opens its body, and the one that closes it.
type Function = (usize, usize, usize);

/// A file's text with these mutants in it, each under its number. `path` leads to [`CHOICE`].
pub(super) fn woven(text: &str, mutants: &[(usize, &Mutant)], path: &str) -> Result<String> {
    let lines: Vec<&str> = text.split('\n').collect();
    let mut changed: BTreeMap<Function, Vec<(usize, &Mutant)>> = BTreeMap::new();
    for (number, mutant) in mutants {
        let (name, file) = (mutant.name, mutant.file);
        if text.matches(mutant.find).count() != 1 {
            bail!("mutant \"{name}\" no longer fits {file}: bring it up to date");
        }
        let at = text.find(mutant.find).unwrap_or_default();
        let line = text[..at].matches('\n').count();
        let function = function_around(&lines, line);
        let function =
            function.with_context(|| format!("\"{name}\" in {file} is in no function"))?;
        changed.entry(function).or_default().push((*number, mutant));
    }
    let mut woven: Vec<String> = lines.iter().map(ToString::to_string).collect();
    for ((begin, open, close), mutants) in changed.into_iter().rev() {
        let body = lines[open + 1..close].join("\n");
        let mut both = String::new();
        for (number, mutant) in mutants {
            let mutated = body.replace(mutant.find, mutant.replace);
            both += &format!("if {path}::chosen_mutant() == {number} {{\n{mutated}\n}} else ");
        }
        both += &format!("{{\n{body}\n}}\n}}");
        let head = lines[begin..=open].join("\n").replace("const fn ", "fn ");
        woven.splice(begin..=close, [head, both]);
    }
    Ok(woven.join("\n"))
}

fn function_around(lines: &[&str], line: usize) -> Option<Function> {
    let begin = (0..=line).rev().find(|n| is_function(lines[*n]))?;
    let indent = &lines[begin][..lines[begin].len() - lines[begin].trim_start().len()];
    let open = (begin..lines.len()).find(|n| lines[*n].ends_with('{'))?;
    let close = (open..lines.len()).find(|n| lines[*n].strip_prefix(indent) == Some("}"))?;
    (open < line && line < close).then_some((begin, open, close))
}

fn is_function(line: &str) -> bool {
    let line = line.trim_start();
    let line = match line.strip_prefix("pub(") {
        Some(of) => of.split_once(')').map_or("", |(_, rest)| rest),
        None => line.strip_prefix("pub ").unwrap_or(line),
    };
    let mut words = line.split_whitespace();
    words.find(|word| !matches!(*word, "const" | "async")) == Some("fn")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
pub const fn one(n: u32) -> u32 {
    n + 1
}

impl Two {
    pub(in crate::objects) async fn two(
        &self,
    ) -> bool {
        self.0 > 1 && self.1 > 2
    }
}
";

    fn mutant(find: &'static str, replace: &'static str) -> Mutant {
        Mutant {
            rule: "1",
            name: "a mutant",
            file: "a file",
            find,
            replace,
        }
    }

    #[test]
    fn each_mutant_has_a_body_of_its_own() {
        let (one, two, three) = (
            mutant("n + 1", "n + 2"),
            mutant("self.0 > 1", "true"),
            mutant("self.1 > 2", "true"),
        );
        let woven = woven(TEXT, &[(1, &one), (2, &two), (3, &three)], "crate").unwrap();
        let expected = "\
pub fn one(n: u32) -> u32 {
if crate::chosen_mutant() == 1 {
    n + 2
} else {
    n + 1
}
}

impl Two {
    pub(in crate::objects) async fn two(
        &self,
    ) -> bool {
if crate::chosen_mutant() == 2 {
        true && self.1 > 2
} else if crate::chosen_mutant() == 3 {
        self.0 > 1 && true
} else {
        self.0 > 1 && self.1 > 2
}
}
}
";
        assert_eq!(woven, expected);
    }

    #[test]
    fn a_mutant_that_fits_nowhere_is_refused() {
        for find in ["n - 1", "impl Two"] {
            let mutant = mutant(find, "");
            assert!(woven(TEXT, &[(1, &mutant)], "crate").is_err(), "{find}");
        }
    }
}
