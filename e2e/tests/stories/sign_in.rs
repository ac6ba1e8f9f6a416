//! Signing in, and the page that it leads to.

use latchkey_e2e::{CannedAnswer, EMAIL, NAME, PASSWORD, Role, Snapshot, story, story_with};

use crate::{LOGIN, ME};

#[test]
fn signing_in_leads_to_the_requested_page() {
    story(async |stage| {
        let now = stage.browser.visit("/account?tab=profile").await?;
        assert_eq!(now.path(), "/auth", "{now:?}");
        assert_eq!(now.query("next").as_deref(), Some("/account?tab=profile"), "{now:?}");
        assert!(now.shows("Sign in to continue."), "the page explains it: {now:?}");
        stage.submit(EMAIL, PASSWORD).await?;
        let account = |now: &Snapshot| now.url == "/account?tab=profile" && now.shows(EMAIL);
        stage.browser.until("the account page", account).await?;
        assert_eq!(stage.proxy.count(ME), 0, "the log-in's answer holds the user: {:?}", stage.proxy.log());
        Ok(())
    });
}

#[test]
fn signing_in_never_leads_to_another_site() {
    story(async |stage| {
        for next in ["//evil.example", "/%5Cevil.example", "https:%2F%2Fevil.example", "/auth", "/unknown"] {
            stage.browser.visit(&format!("/auth?next={next}")).await?;
            stage.submit(EMAIL, PASSWORD).await?;
            let dashboard = |now: &Snapshot| now.url == "/dashboard" && now.shows(NAME);
            stage.browser.until(&format!("the dashboard after {next}"), dashboard).await?;
            stage.browser.click(Role::Button, "Sign out").await?;
            stage.browser.arrive("/auth").await?;
        }
        Ok(())
    });
}

/// The answer of a program that a reverse proxy guards.
const REPORTS: CannedAnswer = CannedAnswer {
    status: 200,
    headers: &[("content-type", "text/html")],
    body: "<link rel=icon href=data:,><h1>Many reports</h1>",
};

#[test]
fn signing_in_leads_out_of_the_app_to_a_guarded_program() {
    story_with(&["--guarded", "/reports/"], async |stage| {
        stage.proxy.answer_instead_of_file("/reports/", REPORTS, usize::MAX);
        for next in ["%2Freports%2F..%252fapi%2Fme", "%2Felsewhere%2F"] {
            stage.browser.visit(&format!("/auth?next={next}")).await?;
            stage.submit(EMAIL, PASSWORD).await?;
            stage.browser.until("the dashboard", |now: &Snapshot| now.url == "/dashboard" && now.shows(NAME)).await?;
            stage.browser.click(Role::Button, "Sign out").await?;
            stage.browser.arrive("/auth").await?;
            stage.proxy.quiet().await?;
        }
        stage.browser.visit("/auth?next=%2Freports%2F%3Fx%3D1&reason=session-missing").await?;
        stage.submit(EMAIL, PASSWORD).await?;
        let reports = |now: &Snapshot| now.url == "/reports/?x=1" && now.shows("Many reports");
        stage.browser.until("the program", reports).await?;
        assert_eq!(stage.proxy.count("GET /reports/?x=1"), 1, "{:?}", stage.proxy.log());
        Ok(())
    });
}

#[test]
fn the_sign_in_page_redirects_a_signed_in_user() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/auth?next=/account").await?;
        stage.browser.arrive("/account").await?;
        stage.browser.visit("/auth?next=//evil.example").await?;
        stage.browser.arrive("/dashboard").await?;
        Ok(())
    });
}

#[test]
fn a_wrong_password_is_explained_on_the_spot_and_the_address_stays() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        stage.submit(EMAIL, "wrong").await?;
        let explained = |now: &Snapshot| now.shows("The email or the password is wrong.");
        let now = stage.browser.until("the error message", explained).await?;
        assert_eq!((now.path(), now.toasts.len()), ("/auth", 0), "{now:?}");
        assert_eq!(stage.browser.value_of("Email").await?, EMAIL);
        assert_eq!(stage.browser.cookie().await?, None);
        // The wrong password is selected, so typing replaces it.
        stage.browser.fill("Password", PASSWORD).await?;
        stage.browser.click(Role::Button, "Sign in").await?;
        stage.browser.arrive("/dashboard").await?;
        Ok(())
    });
}

#[test]
fn a_double_click_makes_one_log_in() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        stage.browser.fill("Email", EMAIL).await?;
        stage.browser.fill("Password", PASSWORD).await?;
        stage.proxy.hold(LOGIN);
        stage.browser.double_click(Role::Button, "Sign in").await?;
        stage.proxy.until_held(LOGIN).await?;
        stage.browser.click(Role::Button, "Sign in").await?;
        stage.proxy.release(LOGIN);
        stage.browser.arrive("/dashboard").await?;
        stage.proxy.quiet().await?;
        assert_eq!(stage.proxy.count(LOGIN), 1, "{:?}", stage.proxy.log());
        Ok(())
    });
}
