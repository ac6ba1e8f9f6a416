//! The picture of the home page: the face of a lock, whose gates line up when it is open.

use yew::prelude::*;

/// See [`Lock`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LockProps {
    /// Whether the gates line up.
    pub open: bool,
}

/// The face of a lock; pages.css turns its rings.
#[component]
pub fn Lock(props: &LockProps) -> Html {
    html! {
        <svg class={classes!("lock", props.open.then_some("lock--open"))} viewBox="0 0 400 400" aria-hidden="true">
            <circle class="lock__plate" cx="200" cy="200" r="196" />
            <g class="lock__rings">
                <circle cx="200" cy="200" r="170" pathLength="360" stroke-dasharray="0 9 342 9" />
                <circle cx="200" cy="200" r="144" pathLength="360" stroke-dasharray="0 10.5 339 10.5" />
                <circle cx="200" cy="200" r="118" pathLength="360" stroke-dasharray="0 13 334 13" />
            </g>
            <circle class="lock__plug" cx="200" cy="200" r="84" />
            <path
                class="lock__hole"
                d="M200 150a27 27 0 0 0-14.5 49.8L177 248h46l-8.5-48.2A27 27 0 0 0 200 150z"
            />
        </svg>
    }
}
