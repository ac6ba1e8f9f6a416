//! Stands in until the pages are written.

use yew::prelude::*;

macro_rules! pages {
    ($($name:ident),*) => { $(
        /// A page.
        #[component]
        pub fn $name() -> Html {
            html! { <h1>{ stringify!($name) }</h1> }
        }
    )* };
}

pages!(Home, SignIn, Dashboard, Account, NotFound);
