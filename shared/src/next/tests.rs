//! Which `next` is followed.

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

const GUARDED: &str = "/reports/ /wiki/team-a/";

#[test]
fn a_path_below_a_guarded_prefix_is_followed_with_its_query_and_fragment() {
    for next in [
        "/reports/",
        "/reports/?x=1",
        "/reports/2026/q1.html?sort=%2e%2e&to=//x#total",
        "/reports/AC%2FDC",
        "/reports/100%25",
        "/reports/a;v=1/b",
        "/reports/...",
        "/reports/%2e%2e%2e",
        "/reports/%zz%",
        "/reports/.hidden/..x",
        "/reports/caf%C3%A9",
        "/reports/100%C2%A3",
        "/reports/?..;/../%00#/../.",
        "/wiki/team-a/Main_Page",
    ] {
        assert_eq!(guarded(next, GUARDED), Some(next));
    }
}

#[test]
fn what_is_not_below_a_guarded_prefix_or_climbs_out_of_it_is_not_followed() {
    for next in [
        "",
        "/",
        "/reports",
        "/reportsx/",
        "/Reports/",
        "/wiki/",
        "/wiki/team-b/",
        "//evil.example/reports/",
        "/\\evil.example/reports/",
        "https://evil.example/reports/",
        "reports/",
        " /reports/",
        "/x/../reports/",
        "/reports/../api/logout",
        "/reports/..",
        "/reports/./x",
        "/reports/%2e%2e/x",
        "/reports/%2E./x",
        "/reports/..%2fx",
        "/reports/%2e%2e%2Fx",
        "/reports/%252e%252e/x",
        "/reports/..%252fx",
        "/reports/..;/x",
        "/reports/..%3bx/y",
        "/reports/..%5cx",
        "/reports/\\evil.example",
        "/reports/%5c..%5cx",
        "/reports/%0d%0aSet-Cookie:x",
        "/reports/%00",
        "/reports/%250a",
        "/reports/%25252e%25252E%25252fx",
        "/reports/a/..",
        "/reports/a/.;b",
        "/reports/\n",
        "/reports/\t",
        "/reports/?\u{7f}",
        "/reports/\u{85}",
        "/reports/?\u{85}",
    ] {
        assert_eq!(guarded(next, GUARDED), None, "{next:?}");
    }
    assert_eq!(guarded("/reports/", ""), None);
    assert_eq!(guarded(&format!("/reports/?{}", "x".repeat(MAX_BYTES)), GUARDED), None);
}

#[test]
fn a_path_of_any_length_has_its_guarded_prefix() {
    let long = "x".repeat(MAX_BYTES);
    for below in
        ["/wiki/team-a/", "/wiki/team-a/page?x=1", &format!("/wiki/team-a/?{long}"), &format!("/wiki/team-a/{long}")]
    {
        assert_eq!(prefix_of(below, GUARDED), Some("/wiki/team-a/"), "{below}");
    }
    for elsewhere in
        ["/wiki/", "//evil.example/reports/", &format!("/reports/../?{long}"), &format!("/wiki/team-a/{long}/..")]
    {
        assert_eq!(prefix_of(elsewhere, GUARDED), None, "{elsewhere}");
    }
    let longest = format!("/reports/?{}", "x".repeat(MAX_BYTES - "/reports/?".len()));
    assert_eq!(guarded(&longest, GUARDED), Some(&*longest));
}

#[test]
fn a_prefix_is_a_folder_of_the_site_that_is_not_latchkeys() {
    for prefix in ["/reports/", "/a/b/", "/~ada/", "/v1.2/", "/apiary/"] {
        assert_eq!(prefix_error(prefix), None, "{prefix}");
    }
    for prefix in [
        "",
        "/",
        "//",
        "reports/",
        "/reports",
        "/reports//",
        "/a//b/",
        "/../",
        "/a/./",
        "/%2e%2e/",
        "/a b/",
        "/a?b/",
        "/a#/",
        "/a\\b/",
        "/é/",
        "/a%20b/",
        "/api/",
        "/api/x/",
        "/.well-known/",
        "/a\n/",
        "https://x/",
        "/a,b/",
        "/*/",
    ] {
        assert!(prefix_error(prefix).is_some(), "{prefix:?}");
    }
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
    fn what_leads_to_a_guarded_program_stays_below_its_prefix(rest in r"[/\\.@:;?#%0-9a-f\t\r\n ]{0,24}") {
        let next = format!("/reports/{rest}");
        if let Some(followed) = guarded(&next, GUARDED) {
            prop_assert!(followed.starts_with("/reports/") && !followed.contains('\\'));
            prop_assert!(!followed.chars().any(char::is_control));
            let path = followed.split(['?', '#']).next().unwrap();
            prop_assert!(!path.split('/').any(is_dot_segment));
        }
    }
}
