//! A message inside a page, beside what it is about.

use yew::prelude::*;

use super::Icon;

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeTone {
    /// Good to know.
    Info,
    /// Needs attention.
    Warning,
    /// Something failed.
    Error,
}

/// See [`Notice`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct NoticeProps {
    /// How it is meant.
    pub tone: NoticeTone,
    /// A heading of two or three words, if it needs one.
    #[prop_or_default]
    pub title: Option<AttrValue>,
    /// Whether it is about the last attempt while the next one is under way: it keeps its room and says nothing.
    #[prop_or_default]
    pub stale: bool,
    /// What it says.
    pub children: Html,
}

/// A message inside a page.
#[component]
pub fn Notice(props: &NoticeProps) -> Html {
    let (class, icon) = match props.tone {
        NoticeTone::Info => ("notice--info", Icon::Info),
        NoticeTone::Warning => ("notice--warning", Icon::Alert),
        NoticeTone::Error => ("notice--error", Icon::Alert),
    };
    html! {
        <div class={classes!("notice", class, props.stale.then_some("notice--stale"))}>
            { icon.draw() }
            <div>
                if let Some(title) = &props.title {
                    <p class="notice__title">{ title }</p>
                }
                <p>{ props.children.clone() }</p>
            </div>
        </div>
    }
}
