//! The first load of a page: the server has written into it all that the app needs to know.

use latchkey_e2e::{NAME, story};

#[test]
fn a_protected_page_shows_its_user_without_asking_the_api() {
    story(async |stage| {
        stage.sign_in().await?;
        for (path, heading) in [("/account", "Account"), ("/dashboard", "Welcome")] {
            let before = stage.gate.api_calls().len();
            let now = stage.browser.visit(path).await?;
            assert!(now.url == path && now.heading.contains(heading) && now.says(NAME), "{now:?}");
            stage.gate.quiet().await?;
            let asked = stage.gate.api_calls().split_off(before);
            assert_eq!(asked, Vec::<String>::new(), "on {path}");
        }
        Ok(())
    });
}

#[test]
fn nothing_else_flashes_before_a_protected_page() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/account").await?;
        stage.gate.quiet().await?;
        for moment in stage.browser.moments().await? {
            assert_eq!(moment.url, "/account", "{moment:?}");
            assert!(["", "Account"].contains(&moment.heading.as_str()), "{moment:?}");
            assert!(moment.toasts.is_empty() && moment.status.is_empty(), "{moment:?}");
        }
        Ok(())
    });
}

#[test]
fn nothing_protected_flashes_before_the_sign_in_page() {
    story(async |stage| {
        let now = stage.browser.visit("/dashboard").await?;
        assert_eq!(now.path(), "/auth", "{now:?}");
        assert_eq!(now.query("reason").as_deref(), Some("session-missing"), "{now:?}");
        stage.gate.quiet().await?;
        for moment in stage.browser.moments().await? {
            assert!(["", "Sign in"].contains(&moment.heading.as_str()), "{moment:?}");
            assert!(moment.toasts.is_empty(), "nobody was signed in, so nothing ended: {moment:?}");
        }
        assert_eq!(stage.gate.api_calls(), Vec::<String>::new());
        Ok(())
    });
}
