//! `next`: where to go after signing in. It comes out of the address bar, so anybody may have written it.

use crate::{Access, path_pattern::is_dot_segment};

/// The longest `next` that is followed, in bytes.
const MAX_BYTES: usize = 2048;

/// `next` if it is safe to follow: a path of this site, with or without a query and a fragment, of a page that a
/// signed-in user may see. `access` says who may see the page at a path. Everything else is ignored rather than repaired:
/// `//evil.example`, `/\evil.example`, `https:…`, control characters (browsers drop tabs and line breaks out of URLs), dot
/// segments (browsers resolve them), unknown pages and the sign-in page itself.
pub fn safe(next: &str, access: impl FnOnce(&str) -> Option<Access>) -> Option<&str> {
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let is_safe = next.len() <= MAX_BYTES
        && path.starts_with('/')
        && !path.starts_with("//")
        && !next.chars().any(|c| c.is_control() || c == '\\')
        && !path.split('/').any(is_dot_segment);
    (is_safe && access(path)? != Access::SignedOut).then_some(next)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::PageTable;

    fn safe(next: &str) -> Option<&str> {
        let pages = [
            ("/", Access::Public),
            ("/auth", Access::SignedOut),
            ("/dashboard", Access::SignedIn),
            ("/account", Access::SignedIn),
            ("/notes/:id", Access::SignedIn),
            ("/:a/:b/:c", Access::Public),
        ];
        let table = PageTable::new(pages).unwrap();
        super::safe(next, |path| table.access(path))
    }

    #[test]
    fn a_known_page_with_its_query_and_fragment_is_followed() {
        for next in
            ["/", "/dashboard", "/account?tab=profile", "/dashboard#top", "/?q=//evil.example", "/notes/7?edit=1#title"]
        {
            assert_eq!(safe(next), Some(next));
        }
    }

    #[test]
    fn everything_else_is_ignored() {
        for next in [
            "",
            "dashboard",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/\t/evil.example",
            "\t//evil.example",
            "/dashboard\n",
            "/dashboard?\u{7f}",
            "/dashboard?\\",
            " /dashboard",
            "https://evil.example/dashboard",
            "https:/dashboard",
            "javascript:alert(1)",
            "data:text/html,x",
            "/dashboard/../../evil",
            "/./dashboard",
            "/%2f/evil.example",
            "/@evil.example",
            "/unknown",
            "/auth",
            "/auth?next=/auth",
            "/api/logout",
            "/notes/..",
            "/notes/%2E%2e",
            "/notes/%2e/x",
            "/a/../b",
            "///b",
            "/api/sessions/x",
        ] {
            assert_eq!(safe(next), None, "{next:?}");
        }
        assert_eq!(safe(&format!("/?{}", "x".repeat(MAX_BYTES))), None);
    }

    proptest! {
        #[test]
        fn what_is_followed_stays_on_this_site(next in r"[/\\.@:?#%a-z0-9\t\r\n ]{0,24}") {
            if let Some(followed) = safe(&next) {
                let second = followed.chars().nth(1);
                prop_assert!(followed.starts_with('/') && second != Some('/') && second != Some('\\'));
                prop_assert!(!followed.chars().any(char::is_control));
            }
        }

        #[test]
        fn a_known_page_stays_known_whatever_its_query(query in "[^\\\\\\p{Cc}]{0,40}") {
            let next = format!("/dashboard?{query}");
            prop_assert_eq!(safe(&next), Some(next.as_str()));
        }
    }
}
