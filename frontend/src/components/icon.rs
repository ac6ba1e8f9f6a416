//! Icons, drawn in the colour of the surrounding text. They always stand beside text, so they are hidden from screen readers.
//! They are markup instead of Yew elements, which needs much less code.

use yew::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// A tick in a circle.
    Check,
    /// A speech bubble.
    Message,
    /// A shield.
    Shield,
    /// A clock.
    Clock,
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
            Self::Check => svg!("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-3.5 9.2 2.4 2.4 4.8-5"),
            Self::Message => svg!("M20 5H4v11h4v4l5-4h7zM8 9h8m-8 3.500h5"),
            Self::Shield => svg!("M12 21s8-3.5 8-10V5l-8-2-8 2v6c0 6.5 8 10 8 10z"),
            Self::Clock => svg!("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 4v5l3 2"),
        };
        Html::from_html_unchecked(AttrValue::Static(drawing))
    }
}
