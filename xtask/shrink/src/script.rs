//! The script that wasm-bindgen writes for the module.

use crate::module::{IMPORTED_FROM, Renamed, Shrunk};
use crate::record::REPORT;
use crate::split::LOAD;
use anyhow::{Result, anyhow, ensure};
use minify_js::{Session, TopLevelMode, minify};

/// What the rest of a split module needs.
const REST: &str = include_str!("rest.js");
/// How the script refers to an export of the module.
const EXPORT: &str = "wasm.";

/// A script with the new names of the module's imports and exports.
pub struct Script(String);

impl Script {
    pub fn new(script: &str, shrunk: &Shrunk) -> Result<Self> {
        let mut script = script.to_owned();
        for Renamed { name, new_name } in &shrunk.imports {
            script = replace_once(&script, &format!("\n        {name}: "), &format!("\n        {new_name}: "))?;
        }
        if !shrunk.imports.is_empty() {
            script = replace_once(&script, &format!("\"{}\": ", shrunk.script), &format!("{IMPORTED_FROM}: "))?;
        }
        let mut renamed = String::new();
        for part in script.split_inclusive(EXPORT) {
            let name = leading_name(part);
            let export = shrunk.exports.iter().find(|export| export.name == name && renamed.ends_with(EXPORT));
            renamed += export.map_or(name, |export| &export.new_name);
            renamed += &part[name.len()..];
        }
        Ok(Self(renamed))
    }

    pub fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }

    /// Loads the rest of the module. `pages` are the paths of the pages that start without it.
    pub fn add_rest(&mut self, pages: &[&str]) -> Result<()> {
        self.add_import(LOAD, "loadRestNow")?;
        self.replace(&format!("{IMPORTED_FROM}: import0"), &format!("{IMPORTED_FROM}: (imported = import0)"))?;
        let instantiated = "await __wbg_load(await module_or_path, imports);";
        self.replace(instantiated, &format!("{instantiated}\n    await beforeStart(instance.exports);"))?;
        self.0 += &replace_once(REST, "[\"PAGES\"]", &format!("{pages:?}"))?;
        Ok(())
    }

    /// Collects the functions that the module reports, in `window.reported`.
    pub fn add_report(&mut self) -> Result<()> {
        self.add_import(REPORT, "(index) => (window.reported = window.reported || new Set()).add(index)")
    }

    fn add_import(&mut self, name: &str, value: &str) -> Result<()> {
        let object = "const import0 = {";
        self.replace(object, &format!("{object}\n        {name}: {value},"))
    }

    /// Replaces what occurs once.
    pub fn replace(&mut self, old: &str, new: &str) -> Result<()> {
        self.0 = replace_once(&self.0, old, new)?;
        Ok(())
    }

    pub fn minify(&self) -> Result<Vec<u8>> {
        // The minifier does not know `as default`: this is why Trunk, which has the same one, leaves the script as it is.
        let script = replace_once(
            &self.0,
            "export { initSync, __wbg_init as default };",
            "export { initSync }; export default __wbg_init;",
        )?;
        let mut minified = Vec::new();
        minify(&Session::new(), TopLevelMode::Module, script.as_bytes(), &mut minified)
            .map_err(|error| anyhow!("cannot minify the script: {error:?}"))?;
        Ok(minified)
    }
}

/// Whether the script refers to an export of the module.
pub fn uses(script: &str, export: &str) -> bool {
    script.split(EXPORT).skip(1).any(|part| leading_name(part) == export)
}

/// The identifier that a text begins with.
fn leading_name(text: &str) -> &str {
    let end = text.find(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_' && sign != '$');
    &text[..end.unwrap_or(text.len())]
}

/// Refuses what another version of wasm-bindgen writes in another way.
fn replace_once(script: &str, old: &str, new: &str) -> Result<String> {
    let count = script.matches(old).count();
    ensure!(count == 1, "{} occurs in the script {count} times, not once", old.trim());
    Ok(script.replace(old, new))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCRIPT: &str = r#"
/** The functions of the module. */
function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_log_0123456789abcdef: function(arg0) {
            console.log(arg0, wasm.__wbindgen_malloc(1), wasm.__wbindgen_malloc2);
        },
    };
    return {
        __proto__: null,
        "./app_bg.js": import0,
    };
}
let wasm;
function __wbg_finalize_init(instance) {
    wasm = instance.exports;
    wasm.__wbindgen_start();
}
async function __wbg_init_once(module_or_path) {
    const imports = __wbg_get_imports();
    const { instance, module } = await __wbg_load(await module_or_path, imports);
    return __wbg_finalize_init(instance, module);
}
let __wbg_init = __wbg_init_once, initSync = __wbg_init;
export { initSync, __wbg_init as default };
"#;

    fn renamed(name: &str, new_name: &str) -> Renamed {
        Renamed { name: name.to_owned(), new_name: new_name.to_owned() }
    }

    fn shrunk(import: &str) -> Shrunk {
        Shrunk {
            module: Vec::new(),
            script: "./app_bg.js".to_owned(),
            imports: vec![renamed(import, "a")],
            exports: vec![renamed("__wbindgen_malloc", "b"), renamed("__wbindgen_start", "c")],
        }
    }

    fn minified(script: &Script) -> String {
        String::from_utf8(script.minify().unwrap()).unwrap()
    }

    #[test]
    fn the_module_and_the_script_find_each_other_by_their_new_names() {
        let script = minified(&Script::new(SCRIPT, &shrunk("__wbg_log_0123456789abcdef")).unwrap());
        assert!(script.len() < SCRIPT.len() / 2, "{script}");
        for there in ["export default", ".b(1)", ".__wbindgen_malloc2", ".c()"] {
            assert!(script.contains(there), "no {there} in {script}");
        }
        for gone in ["0123456789abcdef", "app_bg", "/**", "__wbindgen_start"] {
            assert!(!script.contains(gone), "{gone} in {script}");
        }
    }

    #[test]
    fn a_split_module_finds_its_rest() {
        let mut script = Script::new(SCRIPT, &shrunk("__wbg_log_0123456789abcdef")).unwrap();
        script.add_rest(&["/", "/auth"]).unwrap();
        script.replace("REST_FILE", "app_rest.wasm").unwrap();
        let script = minified(&script);
        for there in ["load:", "app_rest.wasm", "`/auth`", "XMLHttpRequest"] {
            assert!(script.contains(there), "no {there} in {script}");
        }
    }

    #[test]
    fn an_export_is_used_by_its_whole_name() {
        assert!(uses(SCRIPT, "__wbindgen_malloc") && uses(SCRIPT, "__wbindgen_malloc2"));
        assert!(!uses(SCRIPT, "__wbindgen_mall") && !uses(SCRIPT, "main"));
    }

    #[test]
    fn a_script_of_another_form_is_refused() {
        let error = Script::new(SCRIPT, &shrunk("__wbg_other_0123456789abcdef")).err().unwrap().to_string();
        assert_eq!(error, "__wbg_other_0123456789abcdef: occurs in the script 0 times, not once");
        let nothing = Shrunk { module: Vec::new(), script: String::new(), imports: Vec::new(), exports: Vec::new() };
        assert!(Script::new("export { initSync };", &nothing).unwrap().minify().is_err());
        assert!(Script::new(SCRIPT, &nothing).unwrap().add_rest(&[]).is_err(), "it has its old names");
    }
}
