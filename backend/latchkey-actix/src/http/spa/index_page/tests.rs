//! The template, its policy, its build and its page table.

use latchkey_shared::Access;

use super::*;

fn page(html: &str) -> IndexPage {
    IndexPage::new(html).unwrap().0
}

fn pages(html: &str) -> Option<Vec<(String, Access)>> {
    let (_, pages) = IndexPage::new(html).unwrap();
    pages.map(|pages| pages.pages().map(|(path, access)| (path.to_owned(), access)).collect())
}

fn error(html: &str) -> String {
    IndexPage::new(html).unwrap_err().to_string()
}

const TABLE: &str = r#"{"/":"public","/sign-in":"signed-out","/notes/:id":"signed-in"}"#;

#[test]
fn the_page_table_is_parsed_in_every_notation() {
    let expected = [("/", Access::Public), ("/sign-in", Access::SignedOut), ("/notes/:id", Access::SignedIn)]
        .map(|(path, access)| (path.into(), access));
    for open in [
        r#"<script type="application/json" id="latchkey-pages">"#,
        "<script id='latchkey-pages' type='application/json'>",
        "<script id=latchkey-pages type=application/json>",
        "<SCRIPT\n  data-x=1 type = Application/JSON\n  id=\"latchkey-pages\" >\n  ",
    ] {
        let html =
            format!("<!doctype html><!-- <script id=latchkey-pages>no</script> --><head>{open}{TABLE}</script></head>");
        assert_eq!(pages(&html).as_deref(), Some(expected.as_slice()), "{html}");
    }
    assert_eq!(
        pages(&format!("<body><script type=application/json id=latchkey-pages>\n{TABLE}\n</script>")).unwrap().len(),
        3
    );
}

#[test]
fn a_page_without_a_table_has_none() {
    for html in [
        "",
        "<!doctype html><title>x</title>",
        "<head></head><!-- <script type=application/json id=latchkey-pages>{}</script> -->",
        "<script>'<script type=application/json id=latchkey-pages>'</script>",
        "<p>latchkey-pages</p>",
        "<script type=application/json id=latchkey-pages-2>{}</script>",
    ] {
        assert_eq!(pages(html), None, "{html}");
    }
}

#[test]
fn an_invalid_table_is_explained_in_one_sentence() {
    let script = |text: &str| format!("<script type=application/json id=latchkey-pages>{text}</script>");
    for (html, words) in [
        (script(""), "EOF"),
        (script("{\"/\": \"public\",}"), "trailing comma"),
        (script("[]"), "an object of pages"),
        (script(r#"{"/":"secret"}"#), "secret"),
        (script(r#"{"dashboard":"public"}"#), "must begin with a slash"),
        (script(r#"{"/dashboard":"signed-in"}"#), "need a sign-in page"),
        (script(r#"{"/a/:x":"public","/a/:y":"public"}"#), "the same paths"),
        (script(r#"{"/":"public","/":"public"}"#), "the same paths"),
        (script("{}") + &script("{}"), "there are two"),
        ("<script id=latchkey-pages>{}</script>".into(), "type=\"application/json\""),
        ("<script type=module id=latchkey-pages>{}</script>".into(), "type=\"application/json\""),
        ("<div type=application/json id=latchkey-pages>{}</div>".into(), "must be a <script>"),
        ("<script type=application/json id=latchkey-pages src=pages.json></script>".into(), "not in a file"),
    ] {
        let error = error(&html);
        assert!(error.contains("page table") && error.contains(words) && !error.contains('\n'), "{html}: {error}");
    }
}

#[test]
fn the_session_is_inserted_at_the_end_of_the_head() {
    let page = |html: &str| page(html).render(Some("[session]"), Some("Ada")).replace(char::is_numeric, "");
    let meta = |html: &str| {
        let (before, rest) = html.split_once("<meta name=\"latchkey-build\"").unwrap();
        let after = rest.split_once('>').unwrap().1;
        format!("{before}|{after}")
    };
    for (html, expected) in [
        ("<html><head><title>x</title></head><body>", "<html><head><title>x</title>|[session]</head><body>"),
        ("<HEAD><script>'</head>'</script></HEAD >", "<HEAD><script>'</head>'</script>|[session]</HEAD >"),
        ("<!doctype html><title>x</title><body><p>", "<!doctype html><title>x</title>|[session]<body><p>"),
        ("<!doctype html><title>x</title><div id=app>", "<!doctype html>|[session]<title>x</title><div id=app>"),
        ("<!-- </head> --><html lang=en><p>", "<!-- </head> --><html lang=en>|[session]<p>"),
        ("<p>x", "|[session]<p>x"),
        ("<head></head><p><b id=\"initial-user\"></b>", "<head>|[session]</head><p><b id=\"initial-user\">Ada</b>"),
        ("<head></head><b class=x id=initial-user>?</b>", "<head>|[session]</head><b class=x id=initial-user>Ada?</b>"),
    ] {
        assert_eq!(meta(&page(html)), expected, "{html}");
    }
}

#[test]
fn a_page_without_an_element_for_the_name_does_not_show_it() {
    for html in [
        "<head></head><body><p>hello",
        "<head></head><!-- <b id=initial-user></b> -->",
        "<head></head><script>'<b id=initial-user>'</script>",
        "<head></head><p>initial-user",
    ] {
        assert!(!page(html).render(None, Some("Ada")).contains("Ada"), "{html}");
    }
}

#[test]
fn inline_scripts_and_styles_are_allowed_by_hash_and_files_and_data_are_not() {
    let page = page(
        "<head><script type=\"module\">go()</script><script SRC = a.js></script><style>p{}</style>\
         <script data-src=x>\r\nstart()\r\n</script><script type=application/json id=latchkey-pages>{}</script>\
         <!-- <script>old()</script> --></head>",
    );
    let policy = page.content_security_policy.header().to_str().unwrap();
    assert_eq!(policy.matches("sha256-").count(), 3, "{policy}");
    for text in ["go()", "p{}", "\nstart()\n"] {
        assert!(policy.contains(&STANDARD.encode(Sha256::digest(text))), "{policy}");
    }
    assert!(!policy.contains("unsafe-inline"));
}

#[test]
fn a_page_with_a_base_may_use_it() {
    let policy = |html: &str| page(html).content_security_policy.header().to_str().unwrap().to_owned();
    assert!(policy("<head><base href=/></head>").contains("base-uri 'self';"));
    assert!(policy("<head><!-- <base href=/> --></head>").contains("base-uri 'none';"));
}

#[test]
fn another_file_in_the_page_changes_the_build() {
    let index = |script: &str| page(&format!("<head><script src=\"{script}\"></script></head>"));
    let (old, new) = (index("/app-1.js"), index("/app-2.js"));
    assert_ne!(old.build, new.build);
    assert_eq!(old.build, index("/app-1.js").build);
    let page = old.render(None, None);
    assert!(page.contains(&format!(r#"<meta name="latchkey-build" content="{}">"#, old.build.to_str().unwrap())));
}
