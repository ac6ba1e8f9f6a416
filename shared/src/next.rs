//! `next`: where to go after signing in. It comes out of the address bar, so anybody may have written it.

use crate::{Access, Page};

/// The longest `next` that is followed, in bytes.
const MAX_BYTES: usize = 2048;

/// `next` if it is safe to follow: a path of this site, with or without a query and a fragment, that names a known page
/// other than the sign-in page. Everything else is ignored rather than repaired: `//evil.example`, `/\evil.example`,
/// `https:…`, control characters (browsers drop tabs and line breaks out of URLs), unknown pages.
#[must_use]
pub fn safe(next: &str) -> Option<&str> {
    let harmless = next.len() <= MAX_BYTES && !next.chars().any(|c| c.is_control() || c == '\\');
    let path = next.split(['?', '#']).next().unwrap_or_default();
    let page = Page::at(path)?;
    (harmless && page.access() != Access::AuthOnly).then_some(next)
}

/// Where a person goes after signing in: to `next` where that is safe, else to the dashboard.
#[must_use]
pub fn destination(next: Option<&str>) -> &str {
    next.and_then(safe).unwrap_or(Page::Dashboard.path())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_known_page_with_its_query_and_fragment_is_followed() {
        for next in ["/", "/dashboard", "/account?tab=profile", "/dashboard#top", "/?q=//evil.example"] {
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
        ] {
            assert_eq!(safe(next), None, "{next:?}");
            assert_eq!(destination(Some(next)), "/dashboard");
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

        #[test]
        fn any_text_at_all_is_answered(next in any::<String>()) {
            prop_assert!(Page::at(destination(Some(&next)).split(['?', '#']).next().unwrap()).is_some());
        }
    }
}
