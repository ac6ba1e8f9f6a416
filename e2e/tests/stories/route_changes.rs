//! Each route change makes exactly one check.

use latchkey_e2e::{EVENTS, NAME, Role, VERIFY, story};

use crate::ME;

/// Five route changes, beginning at the dashboard.
const WALK: [(&str, &str); 5] =
    [("Home", "/"), ("Account", "/account"), ("Dashboard", "/dashboard"), ("Account", "/account"), ("Home", "/")];

#[test]
fn each_route_change_makes_one_check_and_fetches_no_user() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.proxy.quiet().await?;
        for (link, path) in WALK {
            let before = stage.proxy.api_calls().len();
            stage.follow(link, path).await?;
            let mut made = stage.proxy.api_calls().split_off(before);
            // The event stream opens once, independently of routes.
            made.retain(|call| call != EVENTS);
            assert_eq!(made, [VERIFY], "after {link}");
        }
        assert_eq!(stage.proxy.count(ME), 0);
        assert!(stage.proxy.count(EVENTS) <= 2, "one per load: {:?}", stage.proxy.log());
        Ok(())
    });
}

#[test]
fn a_check_does_not_block_the_page() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.proxy.hold(VERIFY);
        stage.browser.click(Role::Link, "Account").await?;
        stage.proxy.until_held(VERIFY).await?;
        let now = stage.browser.now().await?;
        assert!(now.heading == "Account" && now.shows(NAME), "shown before the answer: {now:?}");
        stage.proxy.release(VERIFY);
        stage.proxy.quiet().await?;
        assert_eq!(stage.browser.now().await?, now, "the answer changes nothing");
        Ok(())
    });
}

#[test]
fn route_changes_share_the_check_in_flight() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.proxy.hold(VERIFY);
        for (link, _) in WALK {
            stage.browser.click(Role::Link, link).await?;
        }
        stage.proxy.until_held(VERIFY).await?;
        stage.proxy.quiet().await?;
        assert_eq!(stage.proxy.count(VERIFY), 1, "one check for all: {:?}", stage.proxy.log());
        stage.proxy.release(VERIFY);
        stage.proxy.quiet().await?;
        assert_eq!(stage.proxy.count(VERIFY), 1, "{:?}", stage.proxy.log());
        Ok(())
    });
}
