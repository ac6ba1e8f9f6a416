//! Finds out, in debug builds, that an app shows its routes with yew-router's `Switch`, which lets everybody see every page.

#[cfg(debug_assertions)]
pub(super) use debug::use_unguarded_error;
#[cfg(not(debug_assertions))]
pub(super) use release::use_unguarded_error;

#[cfg(debug_assertions)]
mod debug {
    use latchkey_shared::Access;
    use yew::prelude::*;
    use yew_router::hooks::{use_location, use_navigator};
    use yew_router::navigator::Navigator;

    use crate::browser::console_error;
    use crate::runtime::SessionManager;
    use crate::sign_in_query::below_base;

    const NO_GUARD: &str = "latchkey-yew: not everybody may see this page, but no <GuardedSwitch> is in the app to guard it: put it in \
                            the place of yew-router's <Switch>";

    /// Says so in the browser's console on a page that needs a guard and has none. Its effect runs after the app's first rendering.
    #[hook]
    pub fn use_unguarded_error(manager: &SessionManager) {
        let navigator = use_navigator();
        let base = navigator.as_ref().and_then(Navigator::basename);
        let path = use_location().map(|location| below_base(location.path().to_owned(), base)).unwrap_or_default();
        let manager = manager.clone();
        use_effect_with(path, move |path| {
            let access = manager.routes().access(path);
            if access.is_some_and(|access| access != Access::Public) && !manager.is_guarded() {
                console_error(NO_GUARD);
            }
        });
    }
}

#[cfg(not(debug_assertions))]
mod release {
    use yew::prelude::*;

    use crate::runtime::SessionManager;

    /// Nothing, to keep the download small.
    #[hook]
    pub fn use_unguarded_error(_manager: &SessionManager) {}
}
