//! A button, and what it looks like while its work is under way.

use yew::prelude::*;

/// See [`Button`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ButtonProps {
    /// Its words, which are also its accessible name, pending or not.
    pub children: Html,
    /// Whether its work is under way.
    #[prop_or_default]
    pub pending: bool,
    /// Whether it submits the form around it.
    #[prop_or_default]
    pub submits: bool,
    /// `button--quiet`, `button--wide`, or nothing.
    #[prop_or_default]
    pub class: Classes,
    /// What a click does; nothing while pending.
    #[prop_or_default]
    pub onclick: Callback<()>,
}

/// A button. While pending it keeps the focus and its name, which the attribute `disabled` would not let it.
#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let onclick = {
        let (pending, onclick) = (props.pending, props.onclick.clone());
        Callback::from(move |event: MouseEvent| {
            if pending {
                event.prevent_default();
            } else {
                onclick.emit(());
            }
        })
    };
    html! {
        <button
            type={if props.submits { "submit" } else { "button" }}
            class={classes!("button", props.class.clone())}
            aria-disabled={props.pending.then_some("true")}
            {onclick}
        >
            <span class="button__spinner" hidden={!props.pending}></span>
            { props.children.clone() }
        </button>
    }
}
