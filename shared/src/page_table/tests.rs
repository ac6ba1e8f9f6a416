use super::*;

fn table(json: &str) -> Result<PageTable, String> {
    serde_json::from_str(json).map_err(|error| error.to_string())
}

#[test]
fn a_table_is_read_as_index_html_writes_it() {
    let table =
        table(r#"{"/":"public","/auth":"signed-out","/dashboard":"signed-in","/notes/:id":"signed-in"}"#).unwrap();
    assert_eq!(table.access("/"), Some(Access::Public));
    assert_eq!(table.access("/auth"), Some(Access::SignedOut));
    assert_eq!(table.access("/notes/7"), Some(Access::SignedIn));
    assert_eq!(table.access("/notes"), None);
    assert_eq!(table.sign_in_path(), Some("/auth"));
}

#[test]
fn a_table_comes_back_from_json_in_its_order() {
    let json = r#"{"/z":"signed-out","/":"public","/a/:b":"signed-in"}"#;
    assert_eq!(serde_json::to_string(&table(json).unwrap()).unwrap(), json);
}

#[test]
fn the_most_specific_page_decides_whatever_the_order() {
    let rows = [("/notes/new", Access::Public), ("/notes/:id", Access::SignedIn), ("/*all", Access::SignedOut)];
    let sign_in = ("/in", Access::SignedOut);
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let table = PageTable::new(order.map(|index| rows[index]).into_iter().chain([sign_in])).unwrap();
        assert_eq!(table.access("/notes/new"), Some(Access::Public));
        assert_eq!(table.access("/notes/1"), Some(Access::SignedIn));
        assert_eq!(table.access("/notes/1/2"), Some(Access::SignedOut));
    }
}

#[test]
fn the_first_signed_out_page_without_parameters_is_the_sign_in_page() {
    let table = table(r#"{"/reset/:key":"signed-out","/sign-in":"signed-out","/register":"signed-out"}"#).unwrap();
    assert_eq!(table.sign_in_path(), Some("/sign-in"));
}

#[test]
fn a_public_app_needs_no_sign_in_page() {
    assert_eq!(table(r#"{"/":"public"}"#).unwrap().sign_in_path(), None);
}

#[test]
fn what_cannot_be_used_says_why() {
    for (json, why) in [
        (r#"{"/":"protected"}"#, "unknown variant `protected`, expected one of `public`, `signed-in`, `signed-out`"),
        ("{}", "it has no pages"),
        (r#"{"/":{"access":"public"}}"#, "invalid type: map, expected a string"),
        (r#"{"/":{"public":null}}"#, "invalid type: map, expected a string"),
        (r#"{"/":["public"]}"#, "invalid type: sequence, expected a string"),
        (r#"{"/":null}"#, "invalid type: null, expected a string"),
        (r#"["/"]"#, "an object of pages, like"),
        (r#"{"dashboard":"public"}"#, r#""dashboard" cannot be the path of a page: it must begin with a slash"#),
        (r#"{"/a":"public","/a":"public"}"#, r#"the pages "/a" and "/a" have the same paths"#),
        (r#"{"/a/:b":"public","/a/:c":"public"}"#, r#"the pages "/a/:b" and "/a/:c" have the same paths"#),
        (r#"{"/a":"signed-in"}"#, "visitors need a sign-in page"),
        (r#"{"/a":"signed-in","/in/:x":"signed-out"}"#, "visitors need a sign-in page"),
    ] {
        let error = table(json).unwrap_err();
        assert!(error.contains(why), "{error}");
    }
}
