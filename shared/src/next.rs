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
    let path = path_on_this_site(next).filter(|_| next.len() <= MAX_BYTES)?;
    (access(path)? != Access::SignedOut).then_some(next)
}

/// `next` if it leads to another program of this site, below one of the prefixes of paths that Latchkey guards: `guarded` is them,
/// separated by blanks. A browser leaves the app to follow it.
pub fn guarded<'a>(next: &'a str, guarded: &str) -> Option<&'a str> {
    prefix_of(next, guarded).filter(|_| next.len() <= MAX_BYTES).map(|_| next)
}

/// The prefix of [`guarded`] that a path of any length is below.
#[must_use]
pub fn prefix_of<'a>(path: &str, guarded: &'a str) -> Option<&'a str> {
    let path = path_on_this_site(path)?;
    guarded.split(' ').find(|prefix| !prefix.is_empty() && path.starts_with(prefix))
}

/// The path of `next`, if that stays on this site and below its own prefixes, also for a server behind that decodes it more than once
/// or takes `..;` for a dot segment.
#[inline(never)] // the client carries it once
fn path_on_this_site(next: &str) -> Option<&str> {
    let bytes = next.as_bytes();
    if bytes.first() != Some(&b'/') || bytes.get(1) == Some(&b'/') {
        return None;
    }
    let (mut path, mut at) = (next, 0);
    // How many dots the segment begins with; three if it is no dot segment. Outside of the path there are none.
    let mut dots = 0;
    while at < bytes.len() {
        let mut byte = bytes[at];
        at += 1;
        // U+0080 to U+009F are control characters too.
        if byte == 0xc2 && bytes.get(at).is_some_and(|next| *next < 0xa0) {
            return None;
        }
        let in_path = path.len() == bytes.len();
        if in_path && matches!(byte, b'?' | b'#') {
            path = &next[..at - 1];
            byte = b'/';
        } else if in_path {
            while byte == b'%' && at + 1 < bytes.len() {
                let digit = |at: usize| char::from(bytes[at]).to_digit(16);
                let (Some(high), Some(low)) = (digit(at), digit(at + 1)) else { break };
                byte = byte_of(high, low);
                at += 2;
            }
        }
        match byte {
            b'/' | b';' if matches!(dots, 1 | 2) => return None,
            b'/' => dots = 0,
            b'.' if in_path => dots += 1,
            0..=31 | 127 | b'\\' => return None,
            _ => dots = 3,
        }
    }
    (dots == 0 || dots > 2).then_some(path)
}

#[expect(clippy::cast_possible_truncation, reason = "two hexadecimal digits are a byte")]
const fn byte_of(high: u32, low: u32) -> u8 {
    (high << 4 | low) as u8
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
