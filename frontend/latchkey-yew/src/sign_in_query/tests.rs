use super::*;
use crate::route::test_routes::routes;

#[test]
fn a_fragment_is_added_to_next_unless_it_has_one_or_becomes_unsafe() {
    let long = ["#", &"x".repeat(2048)].concat();
    for (next, fragment, expected) in [
        ("/account", "#password", "/account#password"),
        ("/account?tab=1", "#password", "/account?tab=1#password"),
        ("/account", "", "/account"),
        ("/account#name", "#password", "/account#name"),
        ("/account", &long, "/account"),
        ("/reports/?x=1", "#total", "/reports/?x=1#total"),
        ("//evil.example", "#x", "//evil.example"),
    ] {
        assert_eq!(with_fragment(next.into(), fragment, &routes()), expected);
    }
}

#[test]
fn the_base_path_is_removed_but_not_a_path_that_only_begins_like_it() {
    for (path, expected) in [
        ("/app/account?tab=1", "/account?tab=1"),
        ("/app", "/"),
        ("/app#top", "/#top"),
        ("/apple", "/apple"),
        ("/account", "/account"),
        ("/app//evil.example", "//evil.example"),
    ] {
        assert_eq!(below_base(path.into(), Some("/app")), expected);
        assert_eq!(below_base(path.into(), None), path);
    }
}
