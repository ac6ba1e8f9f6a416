//! Icons, drawn in the colour of the surrounding text. They always stand beside text, so they are hidden from screen readers.
//! They are markup instead of Yew elements, which needs much less code.

use yew::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// An i in a circle.
    Info,
    /// An exclamation mark in a circle.
    Alert,
    /// An open eye.
    Eye,
    /// An eye that is crossed out.
    EyeClosed,
}

macro_rules! svg {
    ($outline:literal) => {
        concat!(r#"<svg class="lk-icon" viewBox="0 0 24 24" aria-hidden="true"><path d=""#, $outline, r#""/></svg>"#)
    };
}

impl Icon {
    /// Renders the icon.
    pub fn view(self) -> Html {
        let drawing = match self {
            Self::Info => svg!("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 8v5.500m0-9v.01"),
            Self::Alert => svg!("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 4.500V13m0 3.500v.01"),
            Self::Eye => svg!(
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z"
            ),
            Self::EyeClosed => svg!(
                "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4 20 20 4"
            ),
        };
        Html::from_html_unchecked(AttrValue::Static(drawing))
    }
}
