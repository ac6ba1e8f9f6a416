//! The switch of an app with sessions.

use yew::prelude::*;
use yew_router::hooks::use_route;

use super::guard::Guard;
use crate::route::SessionRoute;

/// See [`GuardedSwitch`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct GuardedSwitchProps<R: SessionRoute> {
    /// Renders the page of a route.
    pub render: Callback<R, Html>,
}

/// Shows the page of the current route to users who may [see](SessionRoute::access) it, and redirects the others: visitors to the
/// sign-in page, from which they return, and signed-in users from there to the page that they wanted. It replaces
/// yew-router's `Switch`, shows no protected page before the session is known, and does not break the Back button.
///
/// When a session ends, a page that [keeps its input](SessionRoute::keeps_input) stays mounted but hidden until its user has signed in
/// again. For another user it is mounted anew.
#[component]
pub fn GuardedSwitch<R: SessionRoute>(props: &GuardedSwitchProps<R>) -> Html {
    let Some(route) = use_route::<R>() else {
        return Html::default();
    };
    let (access, keeps_input) = (route.access(), route.keeps_input());
    html! { <Guard {access} {keeps_input}>{ props.render.emit(route) }</Guard> }
}
