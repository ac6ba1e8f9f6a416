//! A button, and what it looks like while its work is under way.

use yew::prelude::*;

/// A button, to be drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Button {
    /// `lk-button--quiet`, `lk-button--wide`, or nothing.
    pub class: &'static str,
    /// Its accessible name, where its words alone would not tell it from others.
    pub label: Option<AttrValue>,
    /// Whether it submits the form around it.
    pub submits: bool,
    /// Whether its work is under way.
    pub pending: bool,
    /// Whether it has to wait for something else.
    pub blocked: bool,
    /// What a click does; nothing while pending or blocked.
    pub onclick: Callback<()>,
}

impl Button {
    /// The drawing. While it does nothing it keeps the focus and its name, which the attribute `disabled` would not let it.
    pub fn view(self, words: impl Into<AttrValue>) -> Html {
        let Self { class, label, submits, pending, blocked, onclick } = self;
        let idle = pending || blocked;
        let clicked = move |event: MouseEvent| {
            if idle {
                event.prevent_default();
            } else {
                onclick.emit(());
            }
        };
        html! {
            <button
                type={if submits { "submit" } else { "button" }}
                class={classes!("lk-button", class)}
                aria-label={label}
                aria-disabled={idle.then_some("true")}
                onclick={clicked}
            >
                <span class="lk-button__spinner" hidden={!pending}></span>
                { words.into() }
            </button>
        }
    }
}
