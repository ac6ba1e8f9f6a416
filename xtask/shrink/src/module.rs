//! The WebAssembly module.

use anyhow::{Result, ensure};
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ExportSection, ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// What the module imports all functions from, in place of the script's name.
pub const IMPORTED_FROM: &str = "a";

/// Something that is imported or exported and has got a shorter name.
#[derive(Debug, PartialEq, Eq)]
pub struct Renamed {
    pub name: String,
    pub new_name: String,
}

/// A module with short names.
#[derive(Debug)]
pub struct Shrunk {
    pub module: Vec<u8>,
    /// The script that all functions were imported from.
    pub script: String,
    pub imports: Vec<Renamed>,
    pub exports: Vec<Renamed>,
}

/// Gives short names to all imports and exports, and removes exports that the script does not use and sections that nothing reads.
pub fn shrink(module: &[u8], is_used: impl Fn(&str) -> bool) -> Result<Shrunk> {
    let mut shrunk = Shrunk { module: Vec::new(), script: String::new(), imports: Vec::new(), exports: Vec::new() };
    let mut smaller = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::CustomSection(_) => {}
            Payload::ImportSection(reader) => {
                let mut section = ImportSection::new();
                for import in reader.into_imports() {
                    let import = import?;
                    ensure!(["", import.module].contains(&&*shrunk.script), "the module imports from several scripts");
                    import.module.clone_into(&mut shrunk.script);
                    let new_name = rename(&mut shrunk.imports, import.name);
                    section.import(IMPORTED_FROM, new_name, RoundtripReencoder.entity_type(import.ty)?);
                }
                smaller.section(&section);
            }
            Payload::ExportSection(reader) => {
                let mut section = ExportSection::new();
                for export in reader {
                    let export = export?;
                    if is_used(export.name) {
                        let new_name = rename(&mut shrunk.exports, export.name);
                        section.export(new_name, RoundtripReencoder.export_kind(export.kind)?, export.index);
                    }
                }
                smaller.section(&section);
            }
            payload => {
                if let Some((id, range)) = payload.as_section() {
                    smaller.section(&RawSection { id, data: &module[range] });
                }
            }
        }
    }
    shrunk.module = smaller.finish();
    Ok(shrunk)
}

fn rename<'a>(renamed: &'a mut Vec<Renamed>, name: &str) -> &'a str {
    let new_name = short_name(renamed.len());
    renamed.push(Renamed { name: name.to_owned(), new_name });
    &renamed[renamed.len() - 1].new_name
}

/// A name for each index: a, b … z, aa, ba …
fn short_name(mut index: usize) -> String {
    let mut name = String::new();
    loop {
        name.push(char::from(b'a' + (index % 26) as u8));
        if index < 26 {
            return name;
        }
        index = index / 26 - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use wasm_encoder::{CustomSection, EntityType, ExportKind, TypeSection};

    #[test]
    fn every_name_is_used_once() {
        let names: BTreeSet<_> = (0..2_000).map(short_name).collect();
        assert_eq!(names.len(), 2_000);
    }

    #[test]
    fn imports_and_used_exports_keep_their_types_and_order() {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        types.ty().function([wasm_encoder::ValType::I32], []);
        let mut imports = ImportSection::new();
        imports.import("./app.js", "__wbg_one_0123", EntityType::Function(1));
        imports.import("./app.js", "__wbg_two_4567", EntityType::Function(0));
        let mut exports = ExportSection::new();
        for (index, name) in (0..).zip(["unused", "used"]) {
            exports.export(name, ExportKind::Func, index);
        }
        module
            .section(&types)
            .section(&imports)
            .section(&exports)
            .section(&CustomSection { name: "producers".into(), data: (&[]).into() });

        let shrunk = shrink(&module.finish(), |name| name == "used").unwrap();

        let mut expected = Module::new();
        let mut imports = ImportSection::new();
        imports.import("a", "a", EntityType::Function(1)).import("a", "b", EntityType::Function(0));
        let mut exports = ExportSection::new();
        exports.export("a", ExportKind::Func, 1);
        expected.section(&types).section(&imports).section(&exports);
        assert_eq!(shrunk.module, expected.finish());
        assert_eq!(shrunk.script, "./app.js");
        let names = |renamed: &[Renamed]| renamed.iter().map(|one| one.name.clone()).collect::<Vec<_>>();
        assert_eq!(names(&shrunk.imports), ["__wbg_one_0123", "__wbg_two_4567"]);
        assert_eq!(names(&shrunk.exports), ["used"]);
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(shrink(b"<!doctype html>", |_| true).is_err());
    }
}
