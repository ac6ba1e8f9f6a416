//! The app's own icons.

use latchkey_yew::components::Icon;

/// A tick in a circle.
pub const CHECK: Icon = Icon::new("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm-3.5 9.2 2.4 2.4 4.8-5");
/// A speech bubble.
pub const MESSAGE: Icon = Icon::new("M20 5H4v11h4v4l5-4h7zM8 9h8m-8 3.500h5");
/// A shield.
pub const SHIELD: Icon = Icon::new("M12 21s8-3.5 8-10V5l-8-2-8 2v6c0 6.5 8 10 8 10z");
/// A clock.
pub const CLOCK: Icon = Icon::new("M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zm0 4v5l3 2");
