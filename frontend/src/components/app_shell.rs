//! What surrounds every page: skip link, header, what is said about the session, and the main element. index.html has the same markup, which
//! is shown before the app starts. Change both together, so that nothing moves when it does.

use latchkey_yew::browser::dom;
use latchkey_yew::components::Button;
use latchkey_yew::{SessionState, SessionUi, use_session, use_sign_out};
use yew::prelude::*;
use yew_router::prelude::*;

use super::nav_link;
use super::site_header::site_header;
use crate::browser::links;
use crate::route::Route;

/// See [`AppShell`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct AppShellProps {
    /// The page.
    pub children: Html,
}

/// What surrounds every page.
#[component]
pub fn AppShell(props: &AppShellProps) -> Html {
    let view = use_session();
    let sign_out = use_sign_out();
    let main = use_node_ref();
    let navigator = use_navigator();
    let current = use_route::<Route>().filter(|route| *route != Route::NotFound);
    let action = match view.session() {
        SessionState::Unknown => Html::default(),
        SessionState::Active(active) => {
            let onclick = sign_out.submit;
            let button = Button { class: "lk-button--quiet", onclick, ..Button::default() }.view("Sign out");
            let name = (!view.unverified()).then(|| active.user.name.clone());
            html! { <><span class="site-user">{ name }</span>{ button }</> }
        }
        _ => nav_link(Route::SignIn, "lk-button lk-button--quiet", current == Some(Route::SignIn), "Sign in".into()),
    };
    let skip = {
        let main = main.clone();
        Callback::from(move |event: MouseEvent| {
            // Following the link would be a navigation, which starts a check.
            event.prevent_default();
            dom::focus(&main);
        })
    };
    let follow_link = Callback::from(move |event: MouseEvent| {
        let route = links::link_of(&event).and_then(|path| Route::recognize(&path));
        if let (Some(route), Some(navigator)) = (route.filter(|route| *route != Route::NotFound), &navigator) {
            event.prevent_default();
            navigator.push(&route);
        }
    });
    html! {
        <>
            <a class="skip-link" href="#main" onclick={skip}>{ "Skip to content" }</a>
            { site_header(current, action, follow_link.clone()) }
            // Before the page, as it is drawn: the line stands below the header.
            <SessionUi />
            <main class="site-main" id="main" tabindex="-1" ref={main} onclick={follow_link}>{ props.children.clone() }</main>
        </>
    }
}
