//! Prints what fills a module that has names: the sections, the code by crate, and the largest functions. It is for the module as
//! rustc writes it, in bytes before compression: `cargo run --package latchkey-shrink --example contents -- FILE`.
#![expect(clippy::print_stdout, reason = "a command line tool prints its results")]

use anyhow::{Context, Result};
use std::collections::BTreeMap;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// How many crates and how many functions are printed.
const CRATES: usize = 25;
const FUNCTIONS: usize = 40;

/// Functions that wasm-bindgen runs when it writes the script, and removes.
const REMOVED: &str = "describe";

fn main() -> Result<()> {
    let file = std::env::args_os().nth(1).context("the argument is a module")?;
    let functions = functions(&std::fs::read(file)?)?;

    let mut crates: BTreeMap<String, usize> = BTreeMap::new();
    for (bytes, name) in &functions {
        *crates.entry(crate_of(name)).or_default() += bytes;
    }
    let mut crates: Vec<_> = crates.into_iter().map(|(name, bytes)| (bytes, name)).collect();
    crates.sort_unstable_by(|one, other| other.cmp(one));

    println!(
        "{} bytes of code in {} functions",
        functions.iter().map(|(bytes, _)| bytes).sum::<usize>(),
        functions.len()
    );
    println!("\nby crate; a generic function belongs to the first crate in its name, as its type");
    crates.iter().take(CRATES).for_each(|(bytes, name)| println!("{bytes:8}  {name}"));
    println!("\nthe largest functions");
    functions.iter().take(FUNCTIONS).for_each(|(bytes, name)| println!("{bytes:8}  {name}"));
    Ok(())
}

/// The functions with their sizes, the largest first.
fn functions(module: &[u8]) -> Result<Vec<(usize, String)>> {
    let (mut imports, mut sizes, mut names) = (0, Vec::new(), BTreeMap::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    imports += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => sizes.push(body.range().len()),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(subsections) = section.as_known() else { continue };
                for subsection in subsections {
                    let Name::Function(functions) = subsection? else { continue };
                    for function in functions {
                        let function = function?;
                        names.insert(function.index, format!("{:#}", rustc_demangle::demangle(function.name)));
                    }
                }
            }
            _ => {}
        }
    }
    let named = (imports..).zip(sizes).map(|(index, bytes)| Some((bytes, names.get(&index)?.clone())));
    let mut named: Vec<_> =
        named.collect::<Option<_>>().context("the module has no names: build it with `strip = \"none\"`")?;
    named.retain(|(_, name)| !name.contains(REMOVED));
    named.sort_unstable_by(|one, other| other.cmp(one));
    Ok(named)
}

/// The first crate in a function's name, without the references and pointers before it.
fn crate_of(name: &str) -> String {
    let start = name.trim_start_matches(|sign: char| !sign.is_ascii_alphabetic());
    let start = ["dyn ", "mut ", "const "].iter().fold(start, |start, word| start.strip_prefix(word).unwrap_or(start));
    start.split("::").next().unwrap_or(start).to_owned()
}
