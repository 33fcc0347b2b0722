//! A built Worker in a scratch directory with a configuration of its own: as it is, or with `e2e/bench/counting.mjs` around it. The
//! product is the same file by file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use toml::{Table, Value};

use crate::child::{self, run};
use crate::{places, tools};

/// Makes `dir` hold Malipo's Worker as it was built; its configuration.
pub(super) fn malipo(dir: &Path, is_counted: bool) -> Result<PathBuf> {
    let build = places::root().join("worker/build");
    fs::create_dir_all(dir)?;
    for file in ["index.js", "index_bg.wasm"] {
        let from = build.join(file);
        fs::copy(&from, dir.join(file)).with_context(|| format!("copying {}", from.display()))?;
    }
    configure(places::root(), dir, is_counted)
}

/// Makes `dir` hold the twin; its configuration.
pub(super) fn twin(dir: &Path, is_counted: bool) -> Result<PathBuf> {
    let source = places::root().join("e2e/bench/payment_twin");
    fs::create_dir_all(dir)?;
    let mut esbuild = child::command(tools::esbuild());
    esbuild
        .arg(source.join("worker.ts"))
        .args(["--bundle", "--format=esm", "--log-level=warning"])
        .arg("--external:cloudflare:workers")
        .arg(format!("--outfile={}", dir.join("index.js").display()));
    run(&mut esbuild, "bundling the twin")?;
    configure(&source, dir, is_counted)
}

fn configure(source: &Path, dir: &Path, is_counted: bool) -> Result<PathBuf> {
    let file = source.join("wrangler.toml");
    let text = fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?;
    let mut config: Table = toml::from_str(&text).context("wrangler.toml is no TOML")?;
    adapt(&mut config, source, is_counted);
    if is_counted {
        let counting = places::root().join("e2e/bench/counting.mjs");
        fs::copy(&counting, dir.join("counting.mjs"))
            .with_context(|| format!("copying {}", counting.display()))?;
        fs::rename(dir.join("index.js"), dir.join("built.mjs"))?;
        fs::write(dir.join("counted.mjs"), entry(&classes(&config)))?;
    }
    let written = dir.join("wrangler.toml");
    fs::write(&written, toml::to_string(&config)?)?;
    Ok(written)
}

/// The same configuration for a Worker that lies elsewhere: it is built already, and what stays at its source is found there.
fn adapt(config: &mut Table, source: &Path, is_counted: bool) {
    config.remove("build");
    let main = if is_counted {
        "counted.mjs"
    } else {
        "index.js"
    };
    config.insert("main".to_owned(), main.into());
    if let Some(assets) = config.get_mut("assets").and_then(Value::as_table_mut) {
        absolute(assets, "directory", source);
    }
    let ledgers = config.get_mut("d1_databases").and_then(Value::as_array_mut);
    for ledger in ledgers.into_iter().flatten() {
        if let Some(ledger) = ledger.as_table_mut() {
            absolute(ledger, "migrations_dir", source);
        }
    }
    if is_counted {
        let flags = config
            .entry("compatibility_flags")
            .or_insert_with(|| Value::Array(Vec::new()));
        if let Some(flags) = flags.as_array_mut() {
            flags.push("nodejs_als".into()); // which invocation the code of the moment belongs to
        }
    }
}

fn absolute(table: &mut Table, name: &str, below: &Path) {
    if let Some(path) = table.get(name).and_then(Value::as_str) {
        let path = below.join(path).display().to_string();
        table.insert(name.to_owned(), path.into());
    }
}

/// The classes of objects that a configuration binds.
fn classes(config: &Table) -> Vec<String> {
    let objects = config.get("durable_objects").and_then(Value::as_table);
    let bindings = objects.and_then(|objects| objects.get("bindings")?.as_array());
    let named = bindings.into_iter().flatten();
    named
        .filter_map(|binding| Some(binding.get("class_name")?.as_str()?.to_owned()))
        .collect()
}

/// The first module of a counted Worker: the counting comes before the Worker, so that it finds everything wrapped.
fn entry(classes: &[String]) -> String {
    let mut text = "import { counted, countedWorker } from \"./counting.mjs\";\n".to_owned();
    text += "import * as built from \"./built.mjs\";\n";
    for class in classes {
        text += &format!("export const {class} = counted(\"{class}\", built.{class});\n");
    }
    text + "export default countedWorker(built.default);\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "\
main = \"worker.ts\"\ncompatibility_flags = [\"a\"]\n[build]\ncommand = \"make\"\n[assets]\ndirectory = \"./dist\"\n\
[[d1_databases]]\nbinding = \"LEDGER\"\nmigrations_dir = \"migrations\"\n\
[[durable_objects.bindings]]\nname = \"A\"\nclass_name = \"First\"\n[[durable_objects.bindings]]\nname = \"B\"\nclass_name = \"Second\"\n";

    #[test]
    fn a_copy_finds_what_stays_at_its_source_and_is_not_built_again() {
        let mut config: Table = toml::from_str(CONFIG).unwrap();
        adapt(&mut config, Path::new("/src"), true);
        assert_eq!(config["main"].as_str(), Some("counted.mjs"));
        assert!(!config.contains_key("build"));
        assert_eq!(config["assets"]["directory"].as_str(), Some("/src/./dist"));
        assert_eq!(
            config["d1_databases"][0]["migrations_dir"].as_str(),
            Some("/src/migrations")
        );
        assert_eq!(
            config["compatibility_flags"].as_array().map(Vec::len),
            Some(2)
        );
        adapt(&mut config, Path::new("/src"), false);
        assert_eq!(config["main"].as_str(), Some("index.js"));
    }

    #[test]
    fn every_class_is_exported_counted() {
        let text = entry(&classes(&toml::from_str(CONFIG).unwrap()));
        for class in ["First", "Second"] {
            let line = format!("export const {class} = counted(\"{class}\", built.{class});");
            assert!(text.contains(&line), "{text}");
        }
        let counting = text.find("./counting.mjs").unwrap();
        assert!(counting < text.find("./built.mjs").unwrap());
    }
}
