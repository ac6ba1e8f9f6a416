//! The embedded session, and the targets of paths.

use super::*;

#[test]
fn a_name_cannot_break_out_of_the_page() {
    let id = latchkey_shared::UserId("u".into());
    let user = latchkey_shared::User::new(id, "a@b", "</script><script>alert(1)</script>", 1);
    let timestamp = || latchkey_shared::Timestamp("2026-01-01T00:00:00Z".into());
    let id = latchkey_shared::SessionId("s".into());
    let session = latchkey_shared::Session::new(id, timestamp(), timestamp(), 1);
    let initial = InitialSession::Active(latchkey_shared::SignedIn::new(user, session));
    let element = embed(&initial);
    assert_eq!(element.matches("</script>").count(), 1);
    let json = element.split_once('>').unwrap().1.strip_suffix("</script>").unwrap();
    assert_eq!(serde_json::from_str::<InitialSession>(json).unwrap(), initial);
}

#[test]
fn a_name_is_escaped_in_the_page_too() {
    assert_eq!(escape("<b>Ada & co.</b>"), "&lt;b&gt;Ada &amp; co.&lt;/b&gt;");
}

#[test]
fn a_path_without_its_slash_stays_on_the_site_and_keeps_its_query() {
    let location = |path, query| without_trailing_slash(path, query);
    assert_eq!(location("/dashboard/", None).as_deref(), Some("/dashboard"));
    assert_eq!(location("/a/b//", Some("x=/&y")).as_deref(), Some("/a/b?x=/&y"));
    for path in ["/", "//", "/dashboard", "//evil.example/", "///evil.example//", "/\\evil.example/"] {
        assert_eq!(location(path, None), None, "{path}");
    }
}

/// The target of a path, in an app with a page table or without one.
fn leads(pages: Option<&str>, path: &str, accept: &str) -> String {
    let table = pages.map(|pages| format!("<script type=application/json id=latchkey-pages>{pages}</script>"));
    let files = [("index.html", table.unwrap_or_default()), ("a.js", "go()".into()), ("notes/7/file.txt", "x".into())];
    let files = files.into_iter().map(|(path, content)| (path, std::borrow::Cow::Owned(content.into_bytes())));
    let spa = Spa::from_files(files).unwrap();
    let request = actix_web::test::TestRequest::get().uri(path).insert_header((ACCEPT, accept)).to_http_request();
    match target(&spa, &request) {
        Target::File(_) => "file".into(),
        Target::MovedTo(location) => location,
        Target::ChangePasswordPage(page) => format!("303 {page}"),
        Target::Page(access) => format!("{access:?}"),
        Target::NoPage => "404 page".into(),
        Target::NoFile => "404 file".into(),
    }
}

const TABLE: &str = r#"{"/":"public","/sign-in":"signed-out","/notes/:id":"signed-in","/files/*path":"signed-in"}"#;

#[test]
fn with_a_table_only_its_pages_are_pages() {
    for (path, expected) in [
        ("/", "Public"),
        ("/sign-in?next=/", "SignedOut"),
        ("/notes/7?edit=1", "SignedIn"),
        ("/notes/a%20b.txt", "SignedIn"),
        ("/notes/7/file.txt", "file"),
        ("/files/a/b.js", "SignedIn"),
        ("/a.js", "file"),
        ("/notes/7/?edit=1", "/notes/7?edit=1"),
        ("/notes", "404 page"),
        ("/notes/7/8", "404 page"),
        ("/b.js", "404 file"),
        ("/.well-known/change-password", "404 file"),
        ("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200", "404 file"),
    ] {
        assert_eq!(leads(Some(TABLE), path, "text/html"), expected, "{path}");
    }
    let account = r#"{"/account":"signed-in","/sign-in":"signed-out"}"#;
    assert_eq!(leads(Some(account), "/.well-known/change-password", "*/*"), "303 /account");
}

#[test]
fn without_a_table_every_path_that_is_no_file_is_a_public_page() {
    for (path, accept, expected) in [
        ("/", "*/*", "Public"),
        ("/anything/at/all?x=1", "*/*", "Public"),
        ("/users/jane.doe", "text/html,application/xhtml+xml,*/*;q=0.8", "Public"),
        ("/b.js", "*/*", "404 file"),
        ("/a.js", "text/html", "file"),
        ("/anything/", "text/html", "/anything"),
        ("/.well-known/change-password", "text/html", "404 file"),
        ("/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200", "text/html", "404 file"),
    ] {
        assert_eq!(leads(None, path, accept), expected, "{path}");
    }
}
