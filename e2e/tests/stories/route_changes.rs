//! The check on every route change: one, small, and never twice.

use latchkey_e2e::{EVENTS, NAME, Role, VERIFY, story};

use crate::ME;

/// Five changes, from the dashboard and back.
const WALK: [(&str, &str); 5] =
    [("Home", "/"), ("Account", "/account"), ("Dashboard", "/dashboard"), ("Account", "/account"), ("Home", "/")];

#[test]
fn each_route_change_makes_one_check_and_fetches_no_user() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.gate.quiet().await?;
        for (link, path) in WALK {
            let before = stage.gate.api_calls().len();
            stage.follow(link, path).await?;
            let mut made = stage.gate.api_calls().split_off(before);
            // It opens in its own time, once.
            made.retain(|call| call != EVENTS);
            assert_eq!(made, [VERIFY], "after {link}");
        }
        assert_eq!(stage.gate.count(ME), 0);
        assert!(stage.gate.count(EVENTS) <= 2, "one a load: {:?}", stage.gate.log());
        Ok(())
    });
}

#[test]
fn a_check_costs_the_page_nothing() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.gate.hold(VERIFY);
        stage.browser.click(Role::Link, "Account").await?;
        stage.gate.until_held(VERIFY).await?;
        let now = stage.browser.now().await?;
        assert!(now.heading == "Account" && now.says(NAME), "shown before the answer: {now:?}");
        stage.gate.release(VERIFY);
        stage.gate.quiet().await?;
        assert_eq!(stage.browser.now().await?, now, "the answer changes nothing");
        Ok(())
    });
}

#[test]
fn a_check_in_flight_serves_whoever_wants_one() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.gate.hold(VERIFY);
        for (link, _) in WALK {
            stage.browser.click(Role::Link, link).await?;
        }
        stage.gate.until_held(VERIFY).await?;
        stage.gate.quiet().await?;
        assert_eq!(stage.gate.count(VERIFY), 1, "none at sign-in: {:?}", stage.gate.log());
        stage.gate.release(VERIFY);
        stage.gate.quiet().await?;
        assert_eq!(stage.gate.count(VERIFY), 1, "{:?}", stage.gate.log());
        Ok(())
    });
}
