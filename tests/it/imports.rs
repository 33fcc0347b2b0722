//! Which files of a crate import which: reads `use` trees and paths, and follows names to the file that declares them. The arrows'
//! tests use it. It knows as much of Rust as this house writes: a name that it cannot follow is another crate's.

mod lexer;
mod source;

use source::Source;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The path of a module within its crate; empty for the root.
pub(crate) type Module = Vec<String>;

/// One file imports another, by these paths.
pub(crate) type Edges = BTreeMap<Module, BTreeMap<Module, BTreeSet<String>>>;

/// A crate's files by their modules.
pub(crate) struct Crate {
    files: BTreeMap<Module, Source>,
    /// Where each file is.
    pub(crate) places: BTreeMap<Module, PathBuf>,
}

/// What a path names.
#[derive(Debug, PartialEq, Eq)]
enum Named {
    Module(Module),
    /// Something that this module declares.
    Item(Module),
}

impl Crate {
    /// Reads the crate whose root is this file, without what is compiled for its own tests only.
    pub(crate) fn read(root: &Path) -> Crate {
        let mut read = Crate {
            files: BTreeMap::new(),
            places: BTreeMap::new(),
        };
        read.add(root, Vec::new(), root.parent().unwrap());
        read
    }

    fn add(&mut self, file: &Path, module: Module, children: &Path) {
        let text = fs::read_to_string(file);
        let text = text.unwrap_or_else(|why| panic!("{}: {why}", file.display()));
        let source = Source::read(&text);
        for (scope, name) in &source.children {
            let dir = scope.iter().fold(children.to_owned(), |dir, s| dir.join(s));
            let below = dir.join(name);
            let beside = dir.join(format!("{name}.rs"));
            let mut child = module.clone();
            child.extend(scope.iter().chain([name]).cloned());
            let file = if beside.is_file() {
                beside
            } else {
                below.join("mod.rs")
            };
            self.add(&file, child, &below);
        }
        self.places.insert(module.clone(), file.to_owned());
        self.files.insert(module, source);
    }

    /// A crate of texts, for the tests below.
    #[cfg(test)]
    fn of(texts: &[(&str, &str)]) -> Crate {
        let module = |path: &str| -> Module {
            let parts = path.split('/').filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect()
        };
        let files = texts
            .iter()
            .map(|(path, text)| (module(path), Source::read(text)));
        Crate {
            files: files.collect(),
            places: BTreeMap::new(),
        }
    }

    /// Every import of something that another file declares. What a file only hands on (`pub use`) it does not import.
    pub(crate) fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (file, path, named) in self.named() {
            if let Named::Item(of) = named {
                let to = self.file_of(&of);
                if to != file {
                    let from = edges.entry(file).or_default();
                    from.entry(to).or_default().insert(path.join("::"));
                }
            }
        }
        edges
    }

    /// The rooms (first parts of modules) that each file names in any way, what it hands on included.
    pub(crate) fn rooms(&self) -> BTreeSet<(Module, String)> {
        let mut rooms = BTreeSet::new();
        for (file, source) in &self.files {
            let all = source.uses.iter().map(|used| (&used.scope, &used.path));
            for (scope, path) in all.chain(source.paths.iter().map(|(scope, path)| (scope, path))) {
                let named = self.follow(&within(file, scope), path, 0);
                let (Some(Named::Item(module)) | Some(Named::Module(module))) = named else {
                    continue;
                };
                if let Some(room) = module.first() {
                    rooms.insert((file.clone(), room.clone()));
                }
            }
        }
        rooms
    }

    fn named(&self) -> impl Iterator<Item = (Module, Vec<String>, Named)> {
        self.files.iter().flat_map(|(file, source)| {
            let used = source.uses.iter().filter(|used| !source.hands_on(used));
            let used = used.map(|used| (&used.scope, &used.path));
            let paths = source.paths.iter().map(|(scope, path)| (scope, path));
            used.chain(paths).filter_map(|(scope, path)| {
                let named = self.follow(&within(file, scope), path, 0)?;
                Some((file.clone(), path.clone(), named))
            })
        })
    }

    /// What `path` names for a reader in `module`; none if it is another crate's.
    fn follow(&self, module: &[String], path: &[String], depth: usize) -> Option<Named> {
        assert!(depth < 40, "{path:?} in {module:?} leads nowhere");
        let (mut at, mut rest) = match path[0].as_str() {
            "crate" => (Vec::new(), &path[1..]),
            "self" => (module.to_vec(), &path[1..]),
            "super" => {
                let ups = path.iter().take_while(|part| *part == "super").count();
                (module[..module.len() - ups].to_vec(), &path[ups..])
            }
            name => {
                let is_own = self.is_module(&within(module, &path[..1]));
                let handed = self.used_as(module, name).filter(|used| *used != path);
                (is_own || handed.is_some()).then(|| (module.to_vec(), path))?
            }
        };
        while let Some((name, after)) = rest.split_first() {
            if name == "*" {
                return Some(Named::Item(at));
            }
            let child = within(&at, core::slice::from_ref(name));
            if self.is_module(&child) {
                at = child;
            } else if self.is_foreign(&at, name) {
                return None;
            } else if let Some(used) = self.used_as(&at, name) {
                match self.follow(&at, used, depth + 1)? {
                    Named::Module(module) => at = module,
                    item @ Named::Item(_) => return Some(item),
                }
            } else {
                return Some(Named::Item(at));
            }
            rest = after;
        }
        Some(Named::Module(at))
    }

    /// The path that a module has imported under this name.
    fn used_as(&self, module: &[String], name: &str) -> Option<&[String]> {
        let file = self.file_of(module);
        let scope = &module[file.len()..];
        let mut uses = self.files.get(&file)?.uses.iter();
        let used = uses.find(|used| used.scope == scope && used.name == name)?;
        Some(&used.path)
    }

    fn is_module(&self, module: &[String]) -> bool {
        self.files.contains_key(module) || {
            let file = self.file_of(module);
            let scope = &module[file.len()..];
            self.files[&file].has_inline(scope)
        }
    }

    /// Whether a module's child is a file of another crate's.
    fn is_foreign(&self, module: &[String], name: &str) -> bool {
        let file = self.file_of(module);
        self.files[&file].foreign.contains(name)
    }

    /// The file in which a module stands.
    fn file_of(&self, module: &[String]) -> Module {
        let mut file = module;
        while !self.files.contains_key(file) {
            file = &file[..file.len() - 1];
        }
        file.to_vec()
    }
}

fn within(module: &[String], scope: &[String]) -> Module {
    [module, scope].concat()
}

/// The shortest way from a file back to itself, as a text with the paths that lead on; none without a circle.
pub(crate) fn circle(edges: &Edges) -> Option<String> {
    let circles = edges.keys().filter_map(|start| circle_from(edges, start));
    let shortest = circles.min_by_key(Vec::len)?;
    let shown = |module: &Module| match module.as_slice() {
        [] => "the root".to_owned(),
        parts => parts.join("/"),
    };
    let steps = shortest.windows(2).map(|step| {
        let by: Vec<&str> = edges[&step[0]][&step[1]]
            .iter()
            .map(String::as_str)
            .collect();
        format!(
            "\n  {} takes {} ({})",
            shown(&step[0]),
            shown(&step[1]),
            by.join(", ")
        )
    });
    Some(steps.collect())
}

fn circle_from(edges: &Edges, start: &Module) -> Option<Vec<Module>> {
    let mut came_from: BTreeMap<&Module, &Module> = BTreeMap::new();
    let mut left = vec![start];
    while !left.is_empty() {
        let mut next = Vec::new();
        for from in left {
            for to in edges.get(from).into_iter().flat_map(BTreeMap::keys) {
                if to == start {
                    let mut way = vec![start.clone(), from.clone()];
                    let mut at = from;
                    while at != start {
                        at = came_from[at];
                        way.push(at.clone());
                    }
                    way.reverse();
                    return Some(way);
                }
                if !came_from.contains_key(to) {
                    came_from.insert(to, from);
                    next.push(to);
                }
            }
        }
        left = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The files that a file imports, as `a -> b`.
    fn arrows(texts: &[(&str, &str)]) -> Vec<String> {
        let edges = Crate::of(texts).edges();
        let all = edges.iter().flat_map(|(from, to)| {
            let from = from.join("/");
            to.keys()
                .map(move |to| format!("{from} -> {}", to.join("/")))
        });
        all.collect()
    }

    #[test]
    fn trees_and_paths_name_files() {
        let texts = [
            ("", "mod a; mod b; mod c;"),
            (
                "a",
                "use crate::{b::{self, One as Two, deep::Three}, c};\nfn f() { b::g(); c::h(Two) }",
            ),
            ("b", "pub struct One; pub fn g() {}\nmod deep;"),
            ("b/deep", "pub struct Three; fn f() { super::g() }"),
            ("c", "pub fn h() {}"),
        ];
        assert_eq!(
            arrows(&texts),
            ["a -> b", "a -> b/deep", "a -> c", "b/deep -> b"]
        );
    }

    #[test]
    fn a_declaration_and_a_module_alone_are_no_imports() {
        let texts = [("", "mod a;\nmod b;"), ("a", "use crate::b;"), ("b", "")];
        assert!(arrows(&texts).is_empty());
        let rooms = Crate::of(&texts).rooms();
        assert!(rooms.contains(&(vec!["a".to_owned()], "b".to_owned())));
    }

    #[test]
    fn what_is_handed_on_is_followed_to_its_file() {
        let texts = [
            ("", "mod a; mod b;"),
            (
                "a",
                "mod low; mod high;\npub use high::High;\npub use low::Low;",
            ),
            ("a/low", "pub struct Low;"),
            ("a/high", "use super::Low; pub struct High(Low);"),
            ("b", "use crate::a::{self, High}; fn f(_: a::Low) {}"),
        ];
        assert_eq!(
            arrows(&texts),
            ["a/high -> a/low", "b -> a/high", "b -> a/low"]
        );
    }

    #[test]
    fn a_parent_that_uses_its_child_and_is_used_by_it_is_a_circle() {
        let texts = [
            ("", "mod a;"),
            (
                "a",
                "mod child;\npub use child::Part;\npub struct Whole(Part);",
            ),
            ("a/child", "use super::Whole; pub struct Part;"),
        ];
        let circle = circle(&Crate::of(&texts).edges()).unwrap();
        assert!(circle.contains("a takes a/child (child::Part)"), "{circle}");
        assert!(
            circle.contains("a/child takes a (super::Whole)"),
            "{circle}"
        );
    }

    #[test]
    fn inline_modules_have_a_super_of_their_own() {
        let texts = [
            ("", "mod a; mod b;"),
            (
                "a",
                "mod inside { use super::One; fn f() { super::super::b::g() } }\nstruct One;",
            ),
            ("b", "pub fn g() {}"),
        ];
        assert_eq!(arrows(&texts), ["a -> b"]);
    }

    #[test]
    fn tests_comments_and_texts_are_passed_over_but_for_paths_in_attributes() {
        let texts = [
            ("", "mod a; mod b; mod c;"),
            (
                "a",
                "//! crate::b::One\n/* crate::b::One /* */ crate::b::One */\nconst A: &str = \"use crate::b::One;\";\n\
                 const B: char = '\"'; fn f<'a>(_: &'a str) {}\n#[cfg(test)]\nuse crate::b::{One, Two};\n\
                 pub(in crate::b) fn g() {}\n#[cfg(test)]\nmod tests { use crate::b::One; }\nuse crate::c::Three;",
            ),
            ("b", "#[serde(with = \"crate::a::g\")]\nstruct One;"),
            ("c", ""),
        ];
        assert_eq!(arrows(&texts), ["a -> c", "b -> a"]);
    }
}
