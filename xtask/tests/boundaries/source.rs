//! Finds the paths that the modules of a crate use, in the tokens of its files, which it follows along the `mod` items.

use std::{fs, path::Path};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// A path that a module uses.
#[derive(Debug)]
pub struct Reference {
    /// The module that uses the path; empty for the root.
    pub from: Vec<String>,
    /// The file, for messages.
    pub file: String,
    /// The path. It begins without `crate` if it is internal.
    pub path: Vec<String>,
    /// Whether the path is in the same crate.
    pub is_internal: bool,
}

/// Every path that the crate with this `src` folder uses outside of its tests.
pub fn references(src: &Path) -> Vec<Reference> {
    let mut reader = Reader { references: Vec::new() };
    let lib = src.join("lib.rs");
    reader.file(&lib, src, &[]);
    reader.references
}

#[test]
fn paths_are_found_in_every_notation_but_not_in_tests() {
    let text = r#"
        //! Not `crate::comment::Here`.
        use crate::{store::{Store, sqlite::File}, clock::Clock};
        use super::super::domain::Rule;
        #[cfg(test)]
        mod tests { use crate::only_in_tests::Thing; }
        #[cfg(test)]
        use crate::also_only_in_tests::Thing;
        fn f(x: actix_web::HttpRequest) -> super::Sibling { self::helper::g(crate::http::error()) }
        mod inline { use super::super::Cousin; }
    "#;
    let mut reader = Reader { references: Vec::new() };
    let module = ["service".to_owned(), "verify".to_owned()];
    let place = Place { file: Path::new("verify.rs"), folder: Path::new(""), module: &module };
    reader.tokens(text.parse().unwrap(), place);
    let of = |is_internal| {
        let references = reader.references.iter().filter(move |reference| reference.is_internal == is_internal);
        references.map(|reference| reference.path.join("::")).collect::<Vec<_>>()
    };
    let internal = [
        "store::Store",
        "store::sqlite::File",
        "clock::Clock",
        "domain::Rule",
        "service::Sibling",
        "service::verify::helper::g",
        "http::error",
        "service::Cousin",
    ];
    assert_eq!(of(true), internal);
    assert_eq!(of(false), ["actix_web::HttpRequest"]);
}

struct Reader {
    references: Vec<Reference>,
}

/// The location of tokens.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a Path,
    /// The folder of the module's submodules.
    folder: &'a Path,
    module: &'a [String],
}

impl Reader {
    fn file(&mut self, file: &Path, folder: &Path, module: &[String]) {
        let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        let tokens: TokenStream = text.parse().unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        self.tokens(tokens, Place { file, folder, module });
    }

    fn tokens(&mut self, tokens: TokenStream, place: Place<'_>) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut index = 0;
        while index < tokens.len() {
            if is_cfg_test(&tokens[index..]) {
                index = after_item(&tokens, index + 2);
            } else if let [TokenTree::Ident(word), TokenTree::Ident(name), body, ..] = &tokens[index..]
                && word == "mod"
            {
                self.submodule(&name.to_string(), body, place);
                index += 3;
            } else if matches!(&tokens[index], TokenTree::Ident(_)) {
                index = self.path(&tokens, index, &[], place);
            } else {
                if let TokenTree::Group(group) = &tokens[index] {
                    self.tokens(group.stream(), place);
                }
                index += 1;
            }
        }
    }

    fn submodule(&mut self, name: &str, body: &TokenTree, place: Place<'_>) {
        let module = [place.module, &[name.to_owned()]].concat();
        let folder = place.folder.join(name);
        match body {
            TokenTree::Group(body) => self.tokens(body.stream(), Place { folder: &folder, module: &module, ..place }),
            _ => {
                let file = place.folder.join(format!("{name}.rs"));
                let file = if file.exists() { file } else { folder.join("mod.rs") };
                self.file(&file, &folder, &module);
            }
        }
    }

    /// Reads the path that begins at a token, with the branches of a `use`; returns the index after its end.
    fn path(&mut self, tokens: &[TokenTree], start: usize, prefix: &[String], place: Place<'_>) -> usize {
        let (mut path, mut index) = (prefix.to_vec(), start);
        while let Some(TokenTree::Ident(segment)) = tokens.get(index) {
            path.push(segment.to_string());
            index += 1;
            if !is_path_separator(&tokens[index..]) {
                break;
            }
            index += 2;
            if let Some(TokenTree::Group(branches)) = tokens.get(index)
                && branches.delimiter() == Delimiter::Brace
            {
                let branches: Vec<_> = branches.stream().into_iter().collect();
                let mut branch = 0;
                while branch < branches.len() {
                    branch = match branches[branch] {
                        TokenTree::Ident(_) => self.path(&branches, branch, &path, place),
                        _ => branch + 1,
                    };
                }
                return index + 1;
            }
        }
        self.add(path, place);
        index
    }

    fn add(&mut self, path: Vec<String>, place: Place<'_>) {
        let Some((is_internal, path)) = resolve(&path, place.module) else { return };
        let file = place.file.display().to_string();
        self.references.push(Reference { from: place.module.to_vec(), file, path, is_internal });
    }
}

/// Resolves a path to one from the root of its crate, and whether it is internal. `None` for a single identifier.
fn resolve(path: &[String], module: &[String]) -> Option<(bool, Vec<String>)> {
    let (first, rest) = path.split_first()?;
    let mut base = match first.as_str() {
        _ if rest.is_empty() => return None,
        "crate" => Vec::new(),
        "self" => module.to_vec(),
        "super" => module.split_last()?.1.to_vec(),
        _ => return Some((false, path.to_vec())),
    };
    for segment in rest {
        if segment == "super" {
            base.pop();
        } else {
            base.push(segment.clone());
        }
    }
    Some((true, base))
}

fn is_path_separator(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(one), TokenTree::Punct(two), ..] if one.as_char() == ':' && two.as_char() == ':')
}

fn is_cfg_test(tokens: &[TokenTree]) -> bool {
    matches!(tokens, [TokenTree::Punct(hash), TokenTree::Group(attribute), ..]
        if hash.as_char() == '#' && attribute.stream().to_string().replace(' ', "").starts_with("cfg(test)")
            || attribute.stream().to_string().replace(' ', "").starts_with("cfg(all(test,"))
}

/// The index after the item that begins at a token, which ends with its body or a semicolon.
fn after_item(tokens: &[TokenTree], start: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(punct) => punct.as_char() == ';',
        _ => false,
    };
    tokens[start..].iter().position(ends).map_or(tokens.len(), |length| start + length + 1)
}
