//! The names of a module's functions.

use anyhow::Result;
use wasmparser::{KnownCustom, Name, Parser, Payload, TypeRef};

/// A hash of a function's name, which is the same in every checkout and in every release of a crate.
pub type NameHash = u32;

/// The hash of the name of each of the module's own functions, in order. It is the same for functions that have the same name or none.
pub fn name_hashes(module: &[u8]) -> Result<Vec<NameHash>> {
    let (mut imports, mut hashes) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(reader) => {
                for import in reader.into_imports() {
                    imports += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::FunctionSection(reader) => hashes.resize(reader.count() as usize, 0),
            Payload::CustomSection(section) => {
                let KnownCustom::Name(subsections) = section.as_known() else { continue };
                for subsection in subsections {
                    let Name::Function(functions) = subsection? else { continue };
                    for function in functions {
                        let function = function?;
                        let own = (function.index as usize).checked_sub(imports).and_then(|own| hashes.get_mut(own));
                        own.into_iter().for_each(|hash| *hash = fnv1a(&stable(function.name)));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(hashes)
}

/// A name as wasm-bindgen writes it, without the hashes of crates: `yew[f3908ab759e09fe8]::app_handle` is `yew::app_handle`.
fn stable(name: &str) -> String {
    let mut stable = String::new();
    let mut rest = name;
    while let Some((before, after)) = rest.split_once('[') {
        stable += before;
        rest = after;
        match after.split_once(']') {
            Some((hash, after))
                if is_crate_hash(hash) && stable.ends_with(|sign: char| sign.is_alphanumeric() || sign == '_') =>
            {
                rest = after;
            }
            _ => stable.push('['),
        }
    }
    stable + rest
}

fn is_crate_hash(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_hexdigit())
}

fn fnv1a(text: &str) -> NameHash {
    text.bytes().fold(0x811c_9dc5, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_every_checkout() {
        assert_eq!(
            stable("<yew[f3908ab759e09fe8]::Scope<[u8]> as core[c5930c85a12de822]::Drop>::drop"),
            "<yew::Scope<[u8]> as core::Drop>::drop"
        );
        assert_eq!(stable("<[f64] as a::B>::c[0]"), "<[f64] as a::B>::c");
        assert_eq!(stable("a::b::<[u8; 4]>"), "a::b::<[u8; 4]>");
    }

    #[test]
    fn a_hash_is_that_of_the_name() {
        assert_eq!(fnv1a(""), 0x811c_9dc5);
        assert_eq!(fnv1a("foobar"), 0xbf9c_f968, "the published test vector");
    }
}
