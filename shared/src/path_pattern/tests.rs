use super::*;

fn pattern(text: &str) -> PathPattern {
    PathPattern::parse(text).unwrap()
}

#[test]
fn a_literal_pattern_is_only_its_very_path() {
    for (text, path) in [("/", "/"), ("/dashboard", "/dashboard"), ("/a/b", "/a/b")] {
        assert!(pattern(text).matches(path), "{text} {path}");
    }
    for path in ["", "/", "//", "/Dashboard", "/dashboard/", "//dashboard", "dashboard", "/%64ashboard", "/dashboard/x"]
    {
        assert!(!pattern("/dashboard").matches(path), "{path}");
    }
    for path in ["", "//", "/x", "x"] {
        assert!(!pattern("/").matches(path), "{path}");
    }
}

#[test]
fn a_parameter_is_one_segment() {
    for path in ["/notes/1", "/notes/a%2Fb", "/notes/:id", "/notes/*", "/notes/..."] {
        assert!(pattern("/notes/:id").matches(path), "{path}");
    }
    for path in ["/notes", "/notes/", "/notes/1/", "/notes/1/2", "/note/1", "/notes//1"] {
        assert!(!pattern("/notes/:id").matches(path), "{path}");
    }
    assert!(pattern("/:year/notes/:id").matches("/2026/notes/1"));
}

#[test]
fn a_star_is_the_rest_of_the_path_and_never_nothing() {
    for path in ["/wiki/a", "/wiki/a/b/c"] {
        assert!(pattern("/wiki/*page").matches(path), "{path}");
    }
    for path in ["/wiki", "/wiki/", "/wiki/a/", "/wiki/a//b", "/wiki/a/../b", "/wiki2/a"] {
        assert!(!pattern("/wiki/*page").matches(path), "{path}");
    }
}

#[test]
fn no_parameter_stands_for_what_a_browser_resolves_or_the_server_owns() {
    for path in ["/..", "/.", "/%2e%2E", "/.%2e", "/%2e"] {
        assert!(!pattern("/:page").matches(path), "{path}");
    }
    for path in ["/api/logout", "/api/x"] {
        assert!(!pattern("/:a/:b").matches(path), "{path}");
        assert!(!pattern("/*all").matches(path), "{path}");
    }
    assert!(!pattern("/:page").matches("/api"));
    assert!(pattern("/:page").matches("/apiary"));
}

#[test]
fn what_no_page_can_have_is_refused_in_one_sentence() {
    for text in [
        "",
        "notes",
        "/notes/",
        "//",
        "//evil.example",
        "/a//b",
        "/notes?x=1",
        "/notes#top",
        "/a b",
        "/a\n",
        "/a\\b",
        "/:",
        "/*",
        "/*rest/more",
        "/..",
        "/a/%2e",
        "/api",
        "/api/notes",
        "/api/:id",
        "/notes/{id}",
    ] {
        let error = PathPattern::parse(text).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{text:?} cannot be the path of a page: ")), "{error}");
    }
}
