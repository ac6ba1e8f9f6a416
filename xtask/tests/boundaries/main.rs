//! Checks the dependencies between the modules of each library. A library is a list of modules from the top layer down. A
//! row names the modules that its module may use, all of them in rows below, so that there are no cycles; and the crates
//! that the module must not use.
//!
//! Test code is exempt.

mod source;

use std::{collections::BTreeSet, path::Path};

use source::{Reference, references};

/// A library, with its modules from the top layer down.
struct Library {
    folder: &'static str,
    modules: &'static [Module],
}

/// A module of a library: a folder or a file of `src/`.
struct Module {
    name: &'static str,
    may_use: &'static [&'static str],
    forbidden_crates: &'static [&'static str],
}

const fn module(
    name: &'static str,
    may_use: &'static [&'static str],
    forbidden_crates: &'static [&'static str],
) -> Module {
    Module { name, may_use, forbidden_crates }
}

const HTTP: &str = "actix_*";
const SQL: [&str; 2] = ["sqlx", "rusqlite"];
const NEITHER_HTTP_NOR_SQL: &[&str] = &[HTTP, SQL[0], SQL[1]];

/// The crates that only the module `browser` may use.
const BROWSER: &[&str] = &["web_sys", "js_sys", "gloo_*", "wasm_bindgen"];

const LIBRARIES: &[Library] = &[
    Library {
        folder: "backend/latchkey-actix",
        modules: &[
            module("testing", &["http", "jobs", "service", "settings", "clock"], &SQL),
            module("server", &["http"], &SQL),
            module("builder", &["latchkey", "http", "service", "store", "settings", "domain", "clock"], &SQL),
            module("latchkey", &["http", "jobs", "service", "settings", "shutdown_state"], &SQL),
            module("http", &["service", "cache", "settings", "domain", "metrics", "shutdown_state", "clock"], &SQL),
            module("jobs", &["service", "store", "domain", "shutdown_state", "clock"], &SQL),
            module("service", &["cache", "store", "settings", "domain", "metrics", "clock"], NEITHER_HTTP_NOR_SQL),
            module("cache", &["store", "domain", "clock"], NEITHER_HTTP_NOR_SQL),
            module("store", &["decorate_store", "shared", "Timestamp", "domain", "metrics", "clock"], &[HTTP]),
            // An exported macro and the items that it names: they are in the root, where an app's code can reach them.
            module("decorate_store", &[], &[]),
            module("shared", &[], &[]),
            module("Timestamp", &[], &[]),
            module("settings", &["domain"], NEITHER_HTTP_NOR_SQL),
            module("domain", &[], &[HTTP, SQL[0], SQL[1], "tokio", "tracing"]),
            module("metrics", &[], NEITHER_HTTP_NOR_SQL),
            module("shutdown_state", &[], NEITHER_HTTP_NOR_SQL),
            module("clock", &[], NEITHER_HTTP_NOR_SQL),
        ],
    },
    Library {
        folder: "frontend/latchkey-yew",
        modules: &[
            module(
                "components",
                &["hooks", "runtime", "config", "sign_in_query", "route", "toast", "texts", "core", "view", "browser"],
                BROWSER,
            ),
            // Access to internals for the library's own tests.
            module("internals", &["runtime", "core", "browser"], &[]),
            module("hooks", &["runtime", "texts", "core", "view"], BROWSER),
            module(
                "runtime",
                &["config", "route", "stored", "toast", "texts", "core", "view", "end_cause", "browser"],
                BROWSER,
            ),
            module("config", &["texts", "core"], BROWSER),
            module("sign_in_query", &["route", "browser"], BROWSER),
            module("testing", &["route"], BROWSER),
            module("route", &[], BROWSER),
            module("toast", &["stored", "texts", "browser"], BROWSER),
            module("stored", &[], BROWSER),
            module("texts", &["view", "end_cause"], BROWSER),
            module("core", &["view", "end_cause"], &["yew*", "web_sys", "js_sys", "gloo_*", "wasm_bindgen*"]),
            module("view", &["end_cause"], BROWSER),
            module("browser", &[], &[]),
            module("end_cause", &[], BROWSER),
        ],
    },
];

#[test]
fn modules_use_only_modules_below_them() {
    let faults: Vec<_> = LIBRARIES.iter().flat_map(faults).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn the_rows_are_ordered_from_the_top_down() {
    for Library { folder, modules } in LIBRARIES {
        for (index, module) in modules.iter().enumerate() {
            let below: BTreeSet<_> = modules[index + 1..].iter().map(|module| module.name).collect();
            for used in module.may_use {
                assert!(below.contains(used), "{folder}: {used} is not below {}", module.name);
            }
        }
    }
}

fn faults(library: &Library) -> Vec<String> {
    let root = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).join(library.folder).join("src");
    references(&root).iter().filter_map(|reference| fault(library, reference)).collect()
}

/// The message about a reference that is not allowed; `None` if it is.
fn fault(library: &Library, reference: &Reference) -> Option<String> {
    // The root may use everything: it re-exports the public API.
    let from = reference.from.first()?;
    let Reference { file, path, is_internal, .. } = reference;
    let Some(module) = library.modules.iter().find(|module| module.name == from) else {
        return Some(format!("{file}: the module {from} has no row"));
    };
    let to = path.first()?;
    let is_allowed = match is_internal {
        true => to == from || module.may_use.contains(&to.as_str()),
        false => !module.forbidden_crates.iter().any(|name| match name.strip_suffix('*') {
            Some(prefix) => to.starts_with(prefix),
            None => to == name,
        }),
    };
    (!is_allowed).then(|| format!("{file}: {from} must not use {}", path.join("::")))
}
