//! The page. Trunk names the app's files at the end of its head, after the styles: on a slow line a browser that finds them at the
//! beginning requests them a moment earlier.

use anyhow::{Context, Result};

/// Moves the links that load files ahead to the beginning of the head, behind the character set, which must stand there.
pub fn load_files_first(page: &str) -> Result<String> {
    let (mut rest, mut links) = (page.to_owned(), String::new());
    while let Some((at, end)) = next_preload(&rest) {
        links.extend(rest.drain(at..end));
    }
    let charset = rest.find("<meta charset").context("the page has no character set")?;
    let end = charset + rest[charset..].find('>').context("the page ends in a tag")? + 1;
    rest.insert_str(end, &links);
    Ok(rest)
}

/// Where the first link that loads a file ahead begins and ends.
fn next_preload(page: &str) -> Option<(usize, usize)> {
    let tags = page.match_indices("<link ").filter_map(|(at, _)| Some((at, at + page[at..].find('>')? + 1)));
    let loads_ahead = |tag: &str| {
        let words = tag.split([' ', '>']).map(|word| word.replace('"', ""));
        words.into_iter().any(|word| word == "rel=preload" || word == "rel=modulepreload")
    };
    tags.into_iter().find(|(at, end)| loads_ahead(&page[*at..*end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preloads_stand_before_styles_and_everything_else_stays() {
        let page = "<meta charset=utf-8><title>A</title><style>b{}</style><link rel=icon href=i.svg>\
                    <link href=/a.js rel=modulepreload><link rel=\"preload\" as=fetch href=/a.wasm><body>";
        let expected = "<meta charset=utf-8><link href=/a.js rel=modulepreload><link rel=\"preload\" as=fetch href=/a.wasm>\
                        <title>A</title><style>b{}</style><link rel=icon href=i.svg><body>";
        assert_eq!(load_files_first(page).unwrap(), expected);
        assert_eq!(load_files_first(expected).unwrap_or_default(), expected);
    }

    #[test]
    fn a_page_without_a_character_set_is_an_error() {
        assert!(load_files_first("<title>A</title>").is_err());
    }
}
