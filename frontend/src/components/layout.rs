//! The frame around every page: skip link, header, the reconnecting line and the main part. index.html paints the same
//! frame before the app arrives, so that nothing moves when it does: change both together.

use latchkey_shared::Page;
use yew::prelude::*;
use yew_router::navigator::Navigator;

use super::site_header::site_header;
use crate::browser::links;
use crate::route::Route;
use latchkey_yew::browser::dom;
use latchkey_yew::components::reconnecting_line;

/// The frame around every page, to be drawn.
#[derive(Clone, Debug)]
pub struct Layout {
    /// The page that is open, if it is one of the table.
    pub current: Option<Page>,
    /// What stands at the end of the header.
    pub action: Html,
    /// Since when the server does not answer, if it does not, and whether loading the page anew is offered.
    pub unreachable: Option<(String, bool)>,
    /// The main part, for moving the focus to it.
    pub main: NodeRef,
    /// Goes to other pages.
    pub navigator: Option<Navigator>,
    /// The page.
    pub page: Html,
}

impl Layout {
    /// The drawing.
    pub fn view(self) -> Html {
        let Self { current, action, unreachable, main, navigator, page } = self;
        let skip = {
            let main = main.clone();
            Callback::from(move |event: MouseEvent| {
                // Following the link would be a navigation, and each of those is a check of the session.
                event.prevent_default();
                dom::focus(&main);
            })
        };
        let follow = Callback::from(move |event: MouseEvent| {
            let page = links::link_of(&event).and_then(|path| Page::at(&path));
            if let (Some(page), Some(navigator)) = (page, &navigator) {
                event.prevent_default();
                navigator.push(&Route::Page(page));
            }
        });
        html! {
            <>
                <a class="skip-link" href="#main" onclick={skip}>{ "Skip to content" }</a>
                { site_header(current, action, follow.clone()) }
                { reconnecting_line(unreachable) }
                <main class="site-main" id="main" tabindex="-1" ref={main} onclick={follow}>{ page }</main>
            </>
        }
    }
}
