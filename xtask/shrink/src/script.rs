//! The script that wasm-bindgen writes for the module.

use crate::module::{IMPORTED_FROM, Import};
use anyhow::{Result, anyhow, ensure};
use minify_js::{Session, TopLevelMode, minify};

/// The script with the new names of the module's imports, minified.
pub fn shrink(script: &str, imports: &[Import]) -> Result<Vec<u8>> {
    let mut script = script.to_owned();
    for Import { name, new_name, .. } in imports {
        script = replace_once(&script, &format!("\n        {name}: "), &format!("\n        {new_name}: "))?;
    }
    if let Some(Import { from, .. }) = imports.first() {
        ensure!(imports.iter().all(|import| import.from == *from), "the module imports from other scripts too");
        script = replace_once(&script, &format!("\"{from}\": "), &format!("{IMPORTED_FROM}: "))?;
    }
    // The minifier does not know `as default`: this is why Trunk, which has the same one, leaves the script as it is.
    script = replace_once(
        &script,
        "export { initSync, __wbg_init as default };",
        "export { initSync }; export default __wbg_init;",
    )?;

    let mut minified = Vec::new();
    minify(&Session::new(), TopLevelMode::Module, script.as_bytes(), &mut minified)
        .map_err(|error| anyhow!("cannot minify the script: {error:?}"))?;
    Ok(minified)
}

/// Refuses what another version of wasm-bindgen writes in another way.
fn replace_once(script: &str, old: &str, new: &str) -> Result<String> {
    let count = script.matches(old).count();
    ensure!(count == 1, "{} stands in the script {count} times, not once", old.trim());
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
            console.log(arg0);
        },
    };
    return {
        __proto__: null,
        "./app_bg.js": import0,
    };
}
let __wbg_init = (path) => __wbg_get_imports(), initSync = __wbg_init;
export { initSync, __wbg_init as default };
"#;

    fn import(name: &str) -> Import {
        Import { from: "./app_bg.js".to_owned(), name: name.to_owned(), new_name: "a".to_owned() }
    }

    #[test]
    fn the_module_finds_its_functions_by_their_new_names() {
        let script = String::from_utf8(shrink(SCRIPT, &[import("__wbg_log_0123456789abcdef")]).unwrap()).unwrap();
        assert!(script.len() < SCRIPT.len() / 2, "{script}");
        assert!(script.contains("export default"), "{script}");
        for gone in ["0123456789abcdef", "app_bg", "/**"] {
            assert!(!script.contains(gone), "{script}");
        }
    }

    #[test]
    fn a_script_of_another_form_is_refused() {
        let error = shrink(SCRIPT, &[import("__wbg_other_0123456789abcdef")]).unwrap_err().to_string();
        assert_eq!(error, "__wbg_other_0123456789abcdef: stands in the script 0 times, not once");
        assert!(shrink("export { initSync };", &[]).is_err());
    }
}
