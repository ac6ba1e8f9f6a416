//! Rules for the stylesheet, checked against the file.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::STYLES;

const DOCUMENTATION: &str = include_str!("../styles.rs");

fn without_comments(css: &str) -> String {
    let mut parts = css.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |kept, part| kept + part.split_once("*/").unwrap().1)
}

/// The selectors of all rules, those inside of at-rules too but for the steps of keyframes.
fn selectors() -> Vec<String> {
    let css = without_comments(STYLES);
    let preludes = css.split('{').map(|before| before.rsplit(['}', ';']).next().unwrap().trim().to_owned());
    let rules = preludes.filter(|prelude| !prelude.is_empty() && !prelude.starts_with('@'));
    rules.filter(|prelude| !["from", "to"].contains(&prelude.as_str())).collect()
}

/// Names that begin with `start` and go on with letters, digits, `-` and `_`.
fn names(text: &str, start: &str) -> BTreeSet<String> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name = |(at, _)| text[at..].chars().take_while(|&c| is_name(c) || c == '.').collect::<String>();
    text.match_indices(start).map(name).map(|name| name.trim_end_matches('.').to_owned()).collect()
}

#[test]
fn no_rule_selects_elements_and_every_class_has_the_prefix() {
    let selectors = selectors();
    assert!(selectors.len() > 60, "{selectors:#?}");
    for selector in selectors.iter().flat_map(|selectors| selectors.split(',')).map(str::trim) {
        let bare = selector
            .replace(":where(:root)", "")
            .replace("[class^=\"lk-\"]", ".lk-")
            .replace("[class*=\" lk-\"]", ".lk-");
        assert!(bare.is_empty() || bare.contains(".lk-"), "{selector}");
        for part in bare.split([' ', '>']).filter(|part| !part.is_empty()) {
            // A child of one of ours may be named by its element.
            let is_inner = part == "div" && selector.starts_with(".lk-page-trouble");
            assert!(part.starts_with(['.', ':', '[']) || is_inner, "{selector}");
        }
        for class in names(&bare, ".") {
            assert!(class.split('.').skip(1).all(|class| class.starts_with("lk-")), "{selector}");
        }
    }
    let keyframes = STYLES.matches("@keyframes ").count();
    assert_eq!(keyframes, STYLES.matches("@keyframes lk-").count());
}

#[test]
fn every_public_custom_property_has_a_default_and_is_documented() {
    for property in names(STYLES, "--lk-").into_iter().filter(|name| !name.starts_with("--lk-tone")) {
        assert!(STYLES.contains(&format!("  {property}: ")), "{property} has no default");
        assert!(DOCUMENTATION.contains(&format!("`{property}`")), "{property} is not documented");
    }
    let all = STYLES.matches("var(--").count();
    assert_eq!(all, STYLES.matches("var(--lk-").count(), "properties of another name");
}

/// In browsers without `light-dark()`.
#[test]
fn without_light_dark_every_colour_is_the_light_one() {
    let css = without_comments(STYLES);
    let (_, fallback) = css.split_once("@supports not (color: light-dark(red, red)) {").unwrap();
    let fallback: String = fallback.split_once("}").unwrap().0.split_whitespace().collect();
    let with_both = css.split_once('}').unwrap().0.lines().filter(|line| line.contains("light-dark("));
    let mut count = 0;
    for line in with_both {
        let mut parts = line.split("light-dark(");
        let mut light = parts.next().unwrap().to_owned();
        for part in parts {
            let (colour, rest) = part.split_once(", ").unwrap();
            light = light + colour + rest.split_once(')').unwrap().1;
        }
        let light: String = light.split_whitespace().collect();
        assert!(fallback.contains(&light), "{light}");
        count += 1;
    }
    assert_eq!(count, fallback.matches("--lk-").count());
    assert_eq!(css.matches("light-dark(").count(), css.split_once('}').unwrap().0.matches("light-dark(").count() + 1);
}

#[test]
fn every_component_has_a_style_and_is_documented() {
    let mut sources = String::new();
    for folder in ["src/components", "src/toast"] {
        for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                sources += &fs::read_to_string(path).unwrap();
            }
        }
    }
    for class in names(&sources, "lk-") {
        let block = class.split("__").next().unwrap().split("--").next().unwrap();
        assert!(STYLES.contains(&format!(".{block}")), "{block} has no style");
        assert!(DOCUMENTATION.contains(&format!("`{block}`")), "{block} is not documented");
    }
}
