//! One file of a crate: its child modules, what it imports, and the paths in its code.

use super::lexer;
use std::collections::BTreeSet;

/// Inline modules around a place, the outermost first.
type Scope = Vec<String>;

/// One name of a `use` tree.
pub(super) struct Used {
    pub(super) scope: Scope,
    pub(super) path: Vec<String>,
    pub(super) name: String,
    is_public: bool,
}

#[derive(Default)]
pub(super) struct Source {
    /// `mod name;` of this crate.
    pub(super) children: Vec<(Scope, String)>,
    /// `mod name;` with a `#[path]`.
    pub(super) foreign: BTreeSet<String>,
    pub(super) uses: Vec<Used>,
    pub(super) paths: Vec<(Scope, Vec<String>)>,
    inline: BTreeSet<Scope>,
    /// Names that stand alone in the code.
    names: BTreeSet<String>,
}

const TEST: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];

impl Source {
    pub(super) fn read(text: &str) -> Source {
        let words = lexer::words(text);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let mut source = Source::default();
        // Inline modules that are open, each with the depth of braces at which it ends.
        let mut open: Vec<(String, usize)> = Vec::new();
        let (mut depth, mut at) = (0_usize, 0);
        while at < words.len() {
            let scope: Scope = open.iter().map(|(name, _)| name.clone()).collect();
            let before = at.checked_sub(1).map_or("", |at| words[at]);
            at += match &words[at..] {
                rest if rest.starts_with(&TEST) => TEST.len() + item(&rest[TEST.len()..]),
                ["#", "[", "path", "=", "]", "mod", name, ";", ..] => {
                    source.foreign.insert((*name).to_owned());
                    8
                }
                ["mod", name, ";", ..] => {
                    source.children.push((scope, (*name).to_owned()));
                    3
                }
                ["mod", name, "{", ..] => {
                    open.push(((*name).to_owned(), depth));
                    let inner = open.iter().map(|(name, _)| name.clone());
                    source.inline.insert(inner.collect());
                    depth += 1;
                    3
                }
                ["use", rest @ ..] if ["", ";", "{", "}", "]", "pub", ")"].contains(&before) => {
                    let (names, length) = tree(rest, &[]);
                    let used = |(path, name)| Used {
                        scope: scope.clone(),
                        path,
                        name,
                        is_public: ["pub", ")"].contains(&before),
                    };
                    source.uses.extend(names.into_iter().map(used));
                    1 + length
                }
                ["{", ..] => {
                    depth += 1;
                    1
                }
                ["}", ..] => {
                    depth -= 1;
                    open.retain(|(_, ends)| *ends != depth);
                    1
                }
                rest @ [_, "::", ..] if is_name(rest[0]) && !["::", "in"].contains(&before) => {
                    let path = path(rest);
                    let length = path.len() * 2 - 1;
                    source.paths.push((scope, path));
                    length
                }
                [name, ..] => {
                    if is_name(name) && ![".", "fn", "::"].contains(&before) {
                        source.names.insert((*name).to_owned());
                    }
                    1
                }
                [] => 0,
            };
        }
        source
    }

    /// Whether the file hands a name on and has no use for it itself.
    pub(super) fn hands_on(&self, used: &Used) -> bool {
        let is_used = self.names.contains(&used.name)
            || self.paths.iter().any(|(_, path)| path[0] == used.name);
        used.is_public && !is_used
    }

    pub(super) fn has_inline(&self, scope: &[String]) -> bool {
        self.inline.contains(scope)
    }
}

fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// The names of a `use` tree below `above`, and how many words it has.
fn tree(words: &[&str], above: &[String]) -> (Vec<(Vec<String>, String)>, usize) {
    let mut path = above.to_vec();
    let mut at = 0;
    loop {
        match words[at] {
            "{" => {
                let mut names = Vec::new();
                at += 1;
                while words[at] != "}" {
                    let (more, length) = tree(&words[at..], &path);
                    names.extend(more);
                    at += length;
                    if words[at] == "," {
                        at += 1;
                    }
                }
                return (names, at + 1);
            }
            "::" => at += 1,
            word => {
                path.push(word.to_owned());
                at += 1;
                if words[at] != "::" {
                    break;
                }
            }
        }
    }
    if path.last().is_some_and(|last| last == "self") && path.len() > 1 {
        path.pop();
    }
    let mut name = path.last().cloned().unwrap_or_default();
    if words[at] == "as" {
        name = words[at + 1].to_owned();
        at += 2;
    }
    (vec![(path, name)], at)
}

fn path(words: &[&str]) -> Vec<String> {
    let mut path = vec![words[0].to_owned()];
    let mut rest = &words[1..];
    while let ["::", name, more @ ..] = rest
        && is_name(name)
    {
        path.push((*name).to_owned());
        rest = more;
    }
    path
}

/// The words of the item that follows: to its `;`, or to the end of its braces.
fn item(words: &[&str]) -> usize {
    let is_use = matches!(
        words,
        ["use", ..] | ["pub", "use", ..] | ["pub", "(", _, ")", "use", ..]
    );
    let mut depth = 0;
    for (at, word) in words.iter().enumerate() {
        match *word {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" => depth -= 1,
            "}" => {
                depth -= 1;
                if depth == 0 && !is_use {
                    return at + 1;
                }
            }
            ";" | "," if depth == 0 => return at + 1,
            _ => {}
        }
    }
    words.len()
}
