//! Words of Rust: names, `::` and single signs, without comments and texts.

/// The words of a file. Of texts only those remain that are a path of ours, as attributes have them (`with = "crate::a::b"`).
pub(super) fn words(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let mut words = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        at += match rest {
            ['/', '/', ..] => line(rest),
            ['/', '*', ..] => comment(rest),
            ['"', ..] => {
                let length = text_of(rest);
                let inside: String = rest[1..length - 1].iter().collect();
                words.extend(path_in(&inside));
                length
            }
            ['r', '"' | '#', ..] if is_raw(rest) => raw(rest),
            ['b', 'r', '"' | '#', ..] if is_raw(&rest[1..]) => 1 + raw(&rest[1..]),
            ['\'', '\\', ..] => 3 + rest[3..].iter().position(|c| *c == '\'').unwrap(),
            ['\'', _, '\'', ..] => 3,
            ['\'', ..] => 1 + name(&rest[1..]),
            [':', ':', ..] => {
                words.push("::".to_owned());
                2
            }
            [c, ..] if is_of_name(*c) => {
                let length = name(rest);
                words.push(rest[..length].iter().collect());
                length
            }
            [c, ..] => {
                if !c.is_whitespace() {
                    words.push(c.to_string());
                }
                1
            }
            [] => 0,
        };
    }
    words
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

fn name(rest: &[char]) -> usize {
    let end = rest.iter().position(|c| !is_of_name(*c));
    end.unwrap_or(rest.len())
}

fn line(rest: &[char]) -> usize {
    let end = rest.iter().position(|c| *c == '\n');
    end.unwrap_or(rest.len())
}

fn comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0, 0);
    loop {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
}

fn text_of(rest: &[char]) -> usize {
    let mut at = 1;
    while rest[at] != '"' {
        at += if rest[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

fn is_raw(rest: &[char]) -> bool {
    rest[1..].iter().find(|c| **c != '#') == Some(&'"')
}

fn raw(rest: &[char]) -> usize {
    let signs = rest[1..].iter().take_while(|c| **c == '#').count();
    let mut at = 2 + signs;
    loop {
        let end = &rest[at + 1..at + 1 + signs];
        if rest[at] == '"' && end.iter().all(|c| *c == '#') {
            return at + 1 + signs;
        }
        at += 1;
    }
}

fn path_in(inside: &str) -> Vec<String> {
    let parts: Vec<&str> = inside.split("::").collect();
    let is_name = |part: &&str| !part.is_empty() && part.chars().all(is_of_name);
    let begins = matches!(parts.first(), Some(&("crate" | "super")));
    if !begins || parts.len() < 2 || !parts.iter().all(is_name) {
        return Vec::new();
    }
    let mut words = vec![";".to_owned()];
    for part in parts {
        words.extend([part.to_owned(), "::".to_owned()]);
    }
    words.pop();
    words
}
