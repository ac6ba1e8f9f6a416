//! Tags as authors, bundlers and minifiers write them.

use proptest::prelude::*;

use super::*;

fn names(html: &str) -> Vec<String> {
    tags(html).into_iter().map(|tag| tag.name).collect()
}

#[test]
fn attributes_are_read_in_any_order_and_with_any_quotes() {
    for html in [
        r#"<script type="application/json" id="pages">{}</script>"#,
        r#"<script id='pages' type='application/json'>{}</script>"#,
        "<script id=pages type=application/json>{}</script>",
        "<SCRIPT\n  async\n  ID = \"pages\"\n  Type=application/json\n>{}</SCRIPT >",
        "<script/id=pages/type=\"application/json\"defer>{}</script>",
    ] {
        let tags = tags(html);
        let [script, end] = tags.as_slice() else { panic!("{tags:?}") };
        assert_eq!((script.name.as_str(), end.name.as_str()), ("script", "/script"), "{html}");
        assert!(script.attribute("id").is_some_and(|id| id.starts_with("pages")), "{html}");
        assert_eq!((script.attribute("src"), script.text), (None, "{}"), "{html}");
    }
}

#[test]
fn a_greater_sign_in_a_quoted_value_ends_no_tag() {
    let tags = tags(r#"<p title="a > b" id=x>text</p>"#);
    assert_eq!((tags[0].attribute("title"), tags[0].attribute("id")), (Some("a > b"), Some("x")));
}

#[test]
fn comments_and_scripts_have_no_tags_in_them() {
    assert_eq!(names("<!-- <head> --><!--><b><!----><i>"), ["b", "i"]);
    assert_eq!(names("<script>if (a < b) '</head>' + '<p>' + '</scripted>'</script><p>"), ["script", "/script", "p"]);
    assert_eq!(names("<style>a</style><title></head></title>"), ["style", "/style", "title", "/title"]);
    assert_eq!(names("<!doctype html><html>1 < 2<body>"), ["!doctype", "html", "body"]);
}

#[test]
fn a_truncated_tag_is_ignored() {
    for html in ["<", "<a", "<a href=", "<a href=\"x", "</", "<!", "<!--", "< p>", "<script", "<é>"] {
        assert_eq!(names(html), [""; 0], "{html}");
    }
    assert_eq!(tags("<script>go()")[0].text, "go()");
}

proptest! {
    #[test]
    fn no_text_makes_tokenising_panic(html in "[<>/!a-cé =\"'-]{0,40}") {
        for tag in tags(&html) {
            prop_assert!(html[tag.start..].starts_with('<') && html[..tag.end].ends_with('>'));
        }
    }
}
