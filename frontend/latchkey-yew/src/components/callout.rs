//! A message inside a page.

use yew::prelude::*;

use super::icon::Icon;

/// The tone of a callout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalloutTone {
    /// Good to know.
    Info,
    /// Needs attention.
    Warning,
    /// Something failed.
    Error,
}

/// A message inside a page, with or without a heading.
pub fn callout(tone: CalloutTone, title: Option<AttrValue>, content: Html) -> Html {
    let (class, icon) = match tone {
        CalloutTone::Info => ("lk-notice lk-notice--info", Icon::Info),
        CalloutTone::Warning => ("lk-notice lk-notice--warning", Icon::Alert),
        CalloutTone::Error => ("lk-notice lk-notice--error", Icon::Alert),
    };
    html! {
        <div {class}>
            { icon.view() }
            <div class="lk-notice__body">
                if let Some(title) = title {
                    <p class="lk-notice__title">{ title }</p>
                }
                <p class="lk-notice__words">{ content }</p>
            </div>
        </div>
    }
}
