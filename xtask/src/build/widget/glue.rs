//! What wasm-bindgen writes around the WASM, without what our loader never asks for, and the short
//! names for what is left. wasm-bindgen's names carry their types and a hash: 3 KB of the page's bytes.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Result, ensure};

/// The module from which the WASM imports, before and after binaryen has shortened the names.
const MODULE: (&str, &str) = ("\"./checkout_bg.js\"", "\"a\"");

/// wasm-bindgen's own doors: they also take addresses, bytes and forms of years ago.
const DOORS: &str = "export { initSync, __wbg_init as default };";

/// Ours: the page brings the bytes, in whichever way it got them.
const DOOR: &str = r#"
export default async (bytes) => {
  const { instance } = await WebAssembly.instantiate(bytes, __wbg_get_imports());
  __wbg_finalize_init(instance);
};
"#;

/// The glue with our doors alone, so that the bundler finds what nobody uses.
pub(super) fn with_our_doors(glue: &str) -> Result<String> {
    ensure!(
        glue.contains(DOORS) && glue.contains("export class Handle ") && glue.contains(MODULE.0),
        "wasm-bindgen writes its glue in another way now: see xtask/src/build/widget/glue.rs"
    );
    let lines = glue.lines().map(|line| match line {
        // `using` is nothing that the loader does, and would hold on to every class.
        _ if line.starts_with("if (Symbol.dispose) ") => "",
        // The classes of libraries.
        _ if line.starts_with("export class ") && !line.contains(" Handle ") => {
            line.trim_start_matches("export ")
        }
        DOORS => DOOR,
        _ => line,
    });
    let glue: Vec<&str> = lines.collect();
    let (made, pure) = (": new Finali", ": /* @__PURE__ */ new Finali");
    Ok(glue.join("\n").replace(made, pure))
}

/// The exports of the WASM that the bundled glue names.
pub(super) fn used_exports(glue: &str) -> BTreeSet<&str> {
    let after = glue.split("wasm.").skip(1);
    after.map(|text| identifier(text).0).collect()
}

/// A graph for wasm-metadce: these exports are all that is reached from outside.
pub(super) fn graph(exports: &BTreeSet<&str>) -> String {
    let reaches: Vec<_> = exports.iter().map(|name| format!("\"{name}\"")).collect();
    let nodes = reaches
        .iter()
        .map(|name| format!(",\n{{\"name\": {name}, \"export\": {name}}}"));
    let root = format!(
        "[{{\"name\": \"page\", \"root\": true, \"reaches\": [{}]}}",
        reaches.join(", ")
    );
    [root, nodes.collect(), "]".to_owned()].concat()
}

/// The short names that binaryen gave.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Names {
    imports: BTreeMap<String, String>,
    exports: BTreeMap<String, String>,
}

impl Names {
    /// From what `wasm-opt --minify-imports-and-exports-and-modules` prints: a line
    /// `["module", "long", "short"]` for each import, `["long", "short"]` for each export.
    pub(super) fn parse(printed: &str) -> Names {
        let mut names = Names::default();
        for line in printed.lines() {
            let words: Vec<_> = line.split('"').skip(1).step_by(2).collect();
            match words[..] {
                [_, long, short] => names.imports.insert(long.to_owned(), short.to_owned()),
                [long, short] => names.exports.insert(long.to_owned(), short.to_owned()),
                _ => None,
            };
        }
        names
    }

    /// The bundled glue with the short names, and without what the WASM does not import.
    pub(super) fn put_into(&self, glue: &str) -> Result<String> {
        let mut renamed = String::new();
        let mut imports_left = self.imports.len();
        let mut is_dropping = false;
        for line in glue.lines() {
            let import = line
                .strip_prefix("    __wb")
                .and_then(|rest| rest.split_once(": function("));
            if let Some((name, function)) = import {
                let short = self.imports.get(&format!("__wb{name}"));
                is_dropping = short.is_none();
                if let Some(short) = short {
                    imports_left -= 1;
                    renamed.push_str(&format!("    {short}: function({function}\n"));
                }
            } else if !is_dropping {
                renamed.push_str(&self.with_short_exports(line).replace(MODULE.0, MODULE.1));
                renamed.push('\n');
            } else if line == "    }" {
                is_dropping = false; // the last one
            }
        }
        ensure!(imports_left == 0, "the glue lacks imports of the WASM");
        Ok(renamed)
    }

    fn with_short_exports(&self, line: &str) -> String {
        let mut parts = line.split("wasm.");
        let mut renamed = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (long, rest) = identifier(part);
            let short = self.exports.get(long).map_or(long, String::as_str);
            renamed.extend(["wasm.", short, rest]);
        }
        renamed
    }
}

/// The identifier at the beginning, and the rest.
fn identifier(text: &str) -> (&str, &str) {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$';
    text.split_at(text.find(|c| !is_part(c)).unwrap_or(text.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUNDLED: &str = r#"function __wbg_get_imports() {
  const import0 = {
    __wbg_now_46: function() {
      return Date.now();
    },
    __wbg_gone_47: function(arg0) {
      arg0.gone();
    },
    __wbg_text_48: function(arg0) {
      return pass(arg0, wasm.__wbindgen_malloc, wasm.__wbindgen_realloc);
    }
  };
  return { "./checkout_bg.js": import0 };
}
wasm.__wbindgen_start();
"#;

    const PRINTED: &str = r#"{
 "imports": [
  ["./checkout_bg.js", "__wbg_now_46", "a"],
  ["./checkout_bg.js", "__wbg_text_48", "b"]
 ],
"exports": [
  ["__wbindgen_malloc", "c"],
  ["__wbindgen_realloc", "d"],
  ["__wbindgen_start", "e"]
 ]
}"#;

    #[test]
    fn the_glue_names_what_it_uses() {
        let used: Vec<_> = used_exports(BUNDLED).into_iter().collect();
        assert_eq!(
            used,
            [
                "__wbindgen_malloc",
                "__wbindgen_realloc",
                "__wbindgen_start"
            ]
        );
        assert_eq!(
            graph(&BTreeSet::from(["mount"])),
            "[{\"name\": \"page\", \"root\": true, \"reaches\": [\"mount\"]},\n\
             {\"name\": \"mount\", \"export\": \"mount\"}]"
        );
    }

    #[test]
    fn names_become_short_on_both_sides_and_what_is_not_imported_goes() {
        let renamed = Names::parse(PRINTED).put_into(BUNDLED).unwrap();
        assert_eq!(
            renamed,
            r#"function __wbg_get_imports() {
  const import0 = {
    a: function() {
      return Date.now();
    },
    b: function(arg0) {
      return pass(arg0, wasm.c, wasm.d);
    }
  };
  return { "a": import0 };
}
wasm.e();
"#
        );
    }

    #[test]
    fn glue_that_lacks_an_import_is_refused() {
        let printed = PRINTED.replace("__wbg_now_46", "__wbg_new_49");
        assert!(Names::parse(&printed).put_into(BUNDLED).is_err());
    }

    #[test]
    fn glue_of_another_shape_is_refused() {
        assert!(with_our_doors("export { start as default };").is_err());
    }
}
