//! Icons, drawn in the colour of the surrounding text. They always stand beside text, so they are hidden from screen readers.
//! They are markup instead of Yew elements, which needs much less code.

use yew::prelude::*;

/// An icon. An app makes those of its own from their outlines.
///
/// ```
/// use latchkey_yew::components::Icon;
///
/// const CHECK: Icon = Icon::new("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-3.5 9.2 2.4 2.4 4.8-5");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon(&'static str);

impl Icon {
    /// An i in a circle.
    pub(super) const INFO: Self = Self("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 8v5.500m0-9v.01");
    /// An exclamation mark in a circle.
    pub(super) const ALERT: Self = Self("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 4.500V13m0 3.500v.01");
    /// An open eye.
    pub(super) const EYE: Self =
        Self("M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z");
    /// An eye that is crossed out.
    pub(super) const EYE_CLOSED: Self = Self(
        "M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM4 20 20 4",
    );

    /// The icon with an outline: the `d` of an SVG path in a square of 24 by 24. It is written into the page as it is.
    #[must_use]
    pub const fn new(outline: &'static str) -> Self {
        Self(outline)
    }

    /// Renders the icon.
    pub fn view(self) -> Html {
        let drawing =
            [r#"<svg class="lk-icon" viewBox="0 0 24 24" aria-hidden="true"><path d=""#, self.0, r#""/></svg>"#];
        Html::from_html_unchecked(drawing.concat().into())
    }
}
