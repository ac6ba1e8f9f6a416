use super::*;

#[derive(Clone, Debug, PartialEq, Routable)]
enum Route {
    #[at("/")]
    Landing,
    #[at("/enter")]
    Enter,
    #[at("/notes")]
    Notes,
    #[at("/notes/:id")]
    Note { id: u64 },
    #[at("/files/*path")]
    File { path: String },
    #[not_found]
    #[at("/404")]
    NotFound,
}

impl SessionRoute for Route {
    fn access(&self) -> Access {
        match self {
            Self::Landing | Self::NotFound => Access::Public,
            Self::Enter => Access::SignedOut,
            Self::Notes | Self::Note { .. } | Self::File { .. } => Access::SignedIn,
        }
    }

    fn sign_in() -> Self {
        Self::Enter
    }

    fn home() -> Self {
        Self::Notes
    }
}

fn destination(next: &str) -> String {
    Routes::of::<Route>("/reports/ /notes/shared/".into()).destination(Some(next)).to_owned()
}

#[test]
fn next_follows_the_apps_own_routes_with_their_parameters_query_and_fragment() {
    for next in ["/", "/notes", "/notes/7", "/notes/7?edit=1#title", "/files/a/b.txt", "/notes?q=//evil.example"] {
        assert_eq!(destination(next), next);
    }
}

#[test]
fn an_address_that_is_no_page_of_the_app_leads_home() {
    for next in [
        "",
        "notes",
        "/unknown",
        "/notes/seven",
        "/notes/7/",
        "/notes/7/more",
        "/notes/..",
        "/notes/%2e%2e",
        "/files/a/../../x",
        "/Notes",
        "/enter",
        "/enter?next=/enter",
        "//notes",
        "/\\notes",
        "https://evil.example/notes",
        "/api/logout",
    ] {
        assert_eq!(destination(next), "/notes", "{next:?}");
    }
    assert_eq!(Routes::of::<Route>("/reports/ /notes/shared/".into()).destination(None), "/notes");
}

#[test]
fn a_guarded_program_is_followed_and_left_for_by_its_prefix_alone() {
    let routes = Routes::of::<Route>("/reports/ /notes/shared/".into());
    for next in ["/reports/?x=1#total", "/reports/a/b", "/notes/shared/7"] {
        assert_eq!((routes.destination(Some(next)), routes.guarded(next)), (next, Some(next)));
    }
    for next in ["/reports", "/reports/../enter", "/reports/..%2fenter", "//reports/", "/reports/\\x", "/wiki/"] {
        assert_eq!((routes.destination(Some(next)), routes.guarded(next)), ("/notes", None), "{next:?}");
    }
    assert_eq!(routes.guarded("/notes/7"), None);
}

/// The first page is also what everything unknown leads to.
#[derive(Clone, Debug, PartialEq, Routable)]
enum OnePage {
    #[at("/in")]
    In,
    #[not_found]
    #[at("/")]
    Home,
}

impl SessionRoute for OnePage {
    fn access(&self) -> Access {
        match self {
            Self::In => Access::SignedOut,
            Self::Home => Access::SignedIn,
        }
    }

    fn sign_in() -> Self {
        Self::In
    }

    fn home() -> Self {
        Self::Home
    }
}

#[test]
fn a_not_found_page_is_a_page_only_at_its_own_path() {
    assert_eq!(access_at::<OnePage>("/"), Some(Access::SignedIn));
    assert_eq!(access_at::<OnePage>("/else"), None);
}

/// An app whose sign-in page would lead to itself.
#[derive(Clone, Debug, PartialEq, Routable)]
enum Wrong {
    #[at("/in")]
    In,
}

impl SessionRoute for Wrong {
    fn access(&self) -> Access {
        Access::SignedOut
    }

    fn sign_in() -> Self {
        Self::In
    }

    fn home() -> Self {
        Self::In
    }
}

#[test]
fn routes_that_would_redirect_in_circles_are_rejected_at_the_start() {
    assert_eq!(misconfiguration::<Route>(), None);
    assert!(misconfiguration::<Wrong>().is_some_and(|fault| fault.contains("home()")));
}
