use super::*;
use crate::route::test_routes::TestRoute;

fn faults(table: &str) -> Vec<String> {
    let page = format!(r#"<head><script type="application/json" id="latchkey-pages">{table}</script></head>"#);
    disagreements::<TestRoute>(&page, &[])
}

const RIGHT: &str = r#"{"/":"public","/auth":"signed-out","/dashboard":"signed-in","/account":"signed-in"}"#;

#[test]
fn a_table_with_all_routes_agrees_with_or_without_the_not_found_page() {
    assert_eq!(faults(RIGHT), [""; 0]);
    assert_eq!(faults(&RIGHT.replace(r#""/account""#, r#""/404":"public","/account""#)), [""; 0]);
}

#[test]
fn every_difference_is_reported() {
    for (table, said) in [
        (RIGHT.replace(r#""/":"public","#, ""), r#""/" is a route of the app, but not in the page table"#),
        (RIGHT.replace(r#""/":"public""#, r#""/":"signed-in""#), r#""/" is Public for the app and SignedIn"#),
        (RIGHT.replace(r#""/":"#, r#""/more":"public","/":"#), r#""/more" is in the page table, but no route"#),
        (RIGHT.replace(r#""/":"#, r#""/in":"signed-out","/":"#), "must be the app's sign-in page"),
        (RIGHT.replace("public", "open"), "the page table cannot be read"),
    ] {
        let faults = faults(&table).join("\n");
        assert!(faults.contains(said), "{faults}");
    }
    assert!(disagreements::<TestRoute>("<head></head>", &[])[0].contains("has no <script"));
}

mod with_parameters {
    use latchkey_shared::Access;
    use std::fmt;
    use std::str::FromStr;
    use yew_router::Routable;

    use super::super::*;

    /// A type of an app's own: nothing that is tried by itself is one.
    #[derive(Clone, Debug, PartialEq)]
    struct Colour(String);

    impl FromStr for Colour {
        type Err = ();

        fn from_str(text: &str) -> Result<Self, ()> {
            text.strip_prefix("colour-").map(|name| Self(name.to_owned())).ok_or(())
        }
    }

    impl fmt::Display for Colour {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "colour-{}", self.0)
        }
    }

    #[derive(Clone, Debug, PartialEq, Routable)]
    enum Route {
        #[at("/in")]
        In,
        #[at("/notes/:id/edit")]
        Note { id: u64 },
        #[at("/paint/:colour")]
        Paint { colour: Colour },
    }

    impl SessionRoute for Route {
        fn access(&self) -> Access {
            if *self == Self::In { Access::SignedOut } else { Access::SignedIn }
        }

        fn sign_in() -> Self {
            Self::In
        }

        fn home() -> Self {
            Self::Note { id: 1 }
        }
    }

    const PAGE: &str = r#"<script id="latchkey-pages" type="application/json">
        {"/in": "signed-out", "/notes/:number/edit": "signed-in", "/paint/:colour": "signed-in"}
    </script>"#;

    #[test]
    fn parameters_are_tried_and_samples_are_used_for_the_others() {
        assert_eq!(disagreements::<Route>(PAGE, &["/paint/colour-red"]), [""; 0]);
        let faults = disagreements::<Route>(PAGE, &[]);
        assert_eq!(faults, [r#"no path of "/paint/:colour" is known: add one to the samples"#]);
    }

    #[test]
    #[should_panic(expected = "add one to the samples")]
    fn an_apps_test_fails_with_the_difference() {
        assert_page_table::<Route>(PAGE, &[]);
    }
}
