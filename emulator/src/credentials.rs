//! Reads Daraja's credentials from a dotenv file, and makes them up where nobody gave any.

use std::{collections::HashMap, fs, path::Path};

use rand_chacha::{
    ChaCha20Rng,
    rand_core::{RngCore, SeedableRng},
};

/// The variables of a dotenv file: `KEY=value`, `export`, quotes and comments.
///
/// # Errors
///
/// The file cannot be read.
pub(crate) fn read(file: &Path) -> Result<HashMap<String, String>, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(parse(&text))
}

/// 32 hexadecimal digits from the operating system; never from the seed.
pub(crate) fn make_up() -> String {
    let mut rng = ChaCha20Rng::from_os_rng();
    format!("{:016x}{:016x}", rng.next_u64(), rng.next_u64())
}

/// Another run, other receipts: a shop must never see one twice.
pub(crate) fn random_seed() -> u64 {
    ChaCha20Rng::from_os_rng().next_u64()
}

fn parse(text: &str) -> HashMap<String, String> {
    text.lines().filter_map(variable).collect()
}

fn variable(line: &str) -> Option<(String, String)> {
    let line = line.trim();
    let (name, value) = line
        .strip_prefix("export ")
        .unwrap_or(line)
        .split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    if name.starts_with('#') {
        return None;
    }
    let quoted = ['"', '\'']
        .iter()
        .find_map(|quote| value.strip_prefix(*quote)?.split_once(*quote));
    let value = match quoted {
        Some((value, _)) => value,
        None => value.split(" #").next().unwrap_or_default().trim_end(),
    };
    Some((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dotenv_file_is_read_as_people_write_it() {
        let text = "# secrets\nexport A=1\nB = \"two # 2\" # note\nC='3'\nD=4 # four\n\nE=a=b\n#F=6\nnonsense\n";
        let read = parse(text);
        let expected = [
            ("A", "1"),
            ("B", "two # 2"),
            ("C", "3"),
            ("D", "4"),
            ("E", "a=b"),
        ];
        assert_eq!(read.len(), expected.len());
        for (name, value) in expected {
            assert_eq!(read.get(name).map(String::as_str), Some(value));
        }
    }
}
