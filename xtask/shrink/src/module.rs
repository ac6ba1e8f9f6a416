//! The WebAssembly module.

use anyhow::Result;
use wasm_encoder::reencode::{Reencode, RoundtripReencoder};
use wasm_encoder::{ImportSection, Module, RawSection};
use wasmparser::{Parser, Payload};

/// What the module imports all functions from, in place of the script's name.
pub const IMPORTED_FROM: &str = "a";

/// An import that has got a shorter name.
#[derive(Debug, PartialEq, Eq)]
pub struct Import {
    pub from: String,
    pub name: String,
    pub new_name: String,
}

/// The module with short names for its imports, and without the sections that nothing reads when it runs.
pub fn shrink(module: &[u8]) -> Result<(Vec<u8>, Vec<Import>)> {
    let mut renamed = Vec::new();
    let mut smaller = Module::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::CustomSection(_) => {}
            Payload::ImportSection(reader) => {
                let mut section = ImportSection::new();
                for import in reader.into_imports() {
                    let import = import?;
                    let new_name = short_name(renamed.len());
                    section.import(IMPORTED_FROM, &new_name, RoundtripReencoder.entity_type(import.ty)?);
                    renamed.push(Import { from: import.module.to_owned(), name: import.name.to_owned(), new_name });
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
    Ok((smaller.finish(), renamed))
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
    use wasm_encoder::{CustomSection, EntityType, TypeSection};

    #[test]
    fn every_name_is_used_once() {
        let names: BTreeSet<_> = (0..2_000).map(short_name).collect();
        assert_eq!(names.len(), 2_000);
    }

    #[test]
    fn imports_keep_their_types_and_order() {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        types.ty().function([wasm_encoder::ValType::I32], []);
        let mut imports = ImportSection::new();
        imports.import("./app.js", "__wbg_one_0123", EntityType::Function(1));
        imports.import("./app.js", "__wbg_two_4567", EntityType::Function(0));
        module
            .section(&types)
            .section(&imports)
            .section(&CustomSection { name: "producers".into(), data: (&[]).into() });

        let (smaller, renamed) = shrink(&module.finish()).unwrap();

        let mut expected = Module::new();
        let mut imports = ImportSection::new();
        imports.import("a", "a", EntityType::Function(1)).import("a", "b", EntityType::Function(0));
        expected.section(&types).section(&imports);
        assert_eq!(smaller, expected.finish());
        assert_eq!(
            renamed.iter().map(|import| &*import.name).collect::<Vec<_>>(),
            ["__wbg_one_0123", "__wbg_two_4567"]
        );
    }

    #[test]
    fn what_is_no_module_is_refused() {
        assert!(shrink(b"<!doctype html>").is_err());
    }
}
