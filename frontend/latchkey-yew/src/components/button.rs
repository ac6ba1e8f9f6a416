//! A button that can show that its action is in progress.

use yew::prelude::*;

/// A button.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Button {
    /// `lk-button--quiet`, `lk-button--wide`, or nothing.
    pub class: &'static str,
    /// Its accessible name, if its text alone would not distinguish it from others.
    pub label: Option<AttrValue>,
    /// Whether it submits the form around it.
    pub submits: bool,
    /// Whether its action is in progress.
    pub pending: bool,
    /// Whether it is disabled for another reason.
    pub blocked: bool,
    /// Called on a click, unless the button is pending or blocked.
    pub onclick: Callback<()>,
}

impl Button {
    /// Renders the button. While it is pending or blocked it keeps the focus and its name, unlike with the attribute `disabled`.
    pub fn view(self, text: impl Into<AttrValue>) -> Html {
        let Self { class, label, submits, pending, blocked, onclick } = self;
        // One string: yew's `Classes` would add its own set of strings to the bundle.
        let class = match class {
            "" => AttrValue::Static("lk-button"),
            more => ["lk-button ", more].concat().into(),
        };
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
                {class}
                aria-label={label}
                aria-disabled={idle.then_some("true")}
                onclick={clicked}
            >
                <span class="lk-button__spinner" hidden={!pending}></span>
                { text.into() }
            </button>
        }
    }
}
