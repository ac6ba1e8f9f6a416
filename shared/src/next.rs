//! `next`: where to go after signing in. It comes out of the address bar, so anybody may have written it.

use crate::{
    Access,
    path_pattern::{is_api, is_dot_segment},
};

/// The longest `next` that is followed, in bytes.
const MAX_BYTES: usize = 2048;

/// `next` if it is safe to follow: a path of this site, with or without a query and a fragment, of a page that a
/// signed-in user may see. `access` says who may see the page at a path. Everything else is ignored rather than repaired:
/// `//evil.example`, `/\evil.example`, `https:…`, control characters (browsers drop tabs and line breaks out of URLs), dot
/// segments (browsers resolve them), unknown pages and the sign-in page itself.
pub fn safe(next: &str, access: impl FnOnce(&str) -> Option<Access>) -> Option<&str> {
    let path = path_on_this_site(next)?;
    (access(path)? != Access::SignedOut).then_some(next)
}

/// `next` if it leads to another program of this site, below one of the prefixes of paths that Latchkey guards: `guarded` is them,
/// separated by blanks. A browser leaves the app to follow it. In addition to what [`safe`] refuses, the path may not climb out of its
/// prefix in any way that a server behind might read it: by encoded dots and slashes, once or twice, or by `..;`.
pub fn guarded<'a>(next: &'a str, guarded: &str) -> Option<&'a str> {
    let path = path_on_this_site(next)?;
    let is_below = |prefix: &str| path.starts_with(prefix);
    (guarded.split(' ').any(|prefix| !prefix.is_empty() && is_below(prefix)) && !climbs(path)).then_some(next)
}

/// The path of `next`, if that cannot lead to another site.
fn path_on_this_site(next: &str) -> Option<&str> {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let is_safe = next.len() <= MAX_BYTES
        && path.starts_with('/')
        && !path.starts_with("//")
        && !next.chars().any(|c| c.is_control() || c == '\\')
        && !path.split('/').any(is_dot_segment);
    is_safe.then_some(path)
}

/// Whether a decoded path has dot segments, backslashes or control characters.
fn climbs(path: &str) -> bool {
    let mut plain = path.to_ascii_lowercase();
    for (code, character) in [("%25", "%"), ("%2e", "."), ("%2f", "/"), ("%5c", "\\"), ("%3b", ";")] {
        plain = plain.replace(code, character);
    }
    plain.contains(['\\'])
        || ["%0", "%1", "%7f"].iter().any(|control| plain.contains(control))
        || plain.split('/').any(|segment| matches!(segment.split(';').next(), Some("." | "..")))
}

/// Why `prefix` cannot be one of the prefixes of [`guarded`]; `None` if it can.
#[must_use]
pub fn prefix_error(prefix: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/".contains(c);
    if !prefix.starts_with('/') || !prefix.ends_with('/') {
        Some("it must begin and end with a slash")
    } else if prefix == "/" {
        Some("the app itself is there")
    } else if prefix.contains("//") || prefix.split('/').any(is_dot_segment) {
        Some("it has an empty segment or a dot segment")
    } else if !prefix.chars().all(plain) {
        Some("only letters, digits and -._~ can be in it")
    } else if is_api(prefix) || prefix.starts_with("/.well-known/") {
        Some("everything below /api and /.well-known is Latchkey's")
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
