//! The app's pages, each to those who may see it.

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

/// Shows the page of the present route to those who may [see](SessionRoute::access) it, and leads the others away: visitors to the
/// sign-in page, from where they come back, and signed-in users from there to where they wanted to go. It takes the place of
/// yew-router's `Switch`, shows no protected page before it knows who is there, and traps nobody's Back button.
///
/// When a session ends, a page that [keeps its input](SessionRoute::keeps_input) stays mounted out of sight until its user has signed in
/// again; when another user signs in, nothing of it is left.
#[component]
pub fn GuardedSwitch<R: SessionRoute>(props: &GuardedSwitchProps<R>) -> Html {
    let Some(route) = use_route::<R>() else {
        return Html::default();
    };
    let (access, keeps_input) = (route.access(), route.keeps_input());
    html! { <Guard {access} {keeps_input}>{ props.render.emit(route) }</Guard> }
}
