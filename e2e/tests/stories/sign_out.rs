//! Signing out ends the session on the server too, shows one toast, and is not undone by the Back button.

use latchkey_e2e::{EMAIL, NAME, Role, Snapshot, story};

#[test]
fn signing_out_ends_the_session_on_the_server_too() {
    story(async |stage| {
        stage.sign_in().await?;
        let cookie = stage.browser.cookie().await?.unwrap_or_default();
        assert_eq!(stage.server.verify(&cookie).await?, "200");
        stage.browser.click(Role::Button, "Sign out").await?;
        let now = stage.browser.arrive("/auth").await?;
        assert_eq!(now.query("next"), None, "no return address after a sign-out: {now:?}");
        // The page is left before the server's answer.
        stage.proxy.quiet().await?;
        assert_eq!(stage.browser.cookie().await?, None);
        assert_eq!(stage.server.verify(&cookie).await?, "401 signed-out");
        stage.follow("Home", "/").await?;
        stage.follow("Account", "/auth").await?;
        let toasts = stage.browser.toasts().await?;
        assert!(toasts.len() == 1 && toasts[0].contains("You have signed out."), "{toasts:?}");
        Ok(())
    });
}

#[test]
fn signing_out_on_a_public_page_does_not_navigate() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.follow("Home", "/").await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        let now = stage.browser.until_toast().await?;
        assert!(now.url == "/" && !now.shows(NAME), "{now:?}");
        Ok(())
    });
}

#[test]
fn back_after_signing_out_shows_nothing_protected() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.follow("Account", "/account").await?;
        stage.follow("Home", "/").await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.until_toast().await?;
        let before = stage.browser.snapshots().await?.len();
        for _ in ["/account", "/dashboard"] {
            stage.browser.back().await?;
            stage.proxy.quiet().await?;
            stage.browser.arrive("/auth").await?;
        }
        for snapshot in stage.browser.snapshots().await?.split_off(before) {
            assert!(!snapshot.shows(NAME) && !snapshot.shows(EMAIL), "{snapshot:?}");
        }
        Ok(())
    });
}

#[test]
fn back_to_another_document_after_signing_out_shows_nothing_protected() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/account").await?;
        stage.browser.visit("/").await?;
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.until_toast().await?;
        stage.browser.back().await?;
        stage.browser.arrive("/auth").await?;
        for snapshot in stage.browser.snapshots().await? {
            assert!(!snapshot.shows(NAME) && !snapshot.shows(EMAIL), "{snapshot:?}");
        }
        Ok(())
    });
}

#[test]
fn signing_out_offline_clears_the_page_at_once_and_ends_the_session_on_reconnect() {
    story(async |stage| {
        stage.sign_in().await?;
        let cookie = stage.browser.cookie().await?.unwrap_or_default();
        stage.browser.visit("/account").await?;
        stage.proxy.cut();
        stage.browser.click(Role::Button, "Sign out").await?;
        let now = stage.browser.until_toast().await?;
        assert!(now.toasts[0].contains("has not confirmed it"), "{now:?}");
        let now = stage.browser.arrive("/auth").await?;
        assert!(!now.shows(NAME) && !now.shows(EMAIL), "{now:?}");
        assert_eq!(stage.server.verify(&cookie).await?, "200", "the server does not know yet");
        stage.proxy.mend();
        let confirmed = |now: &Snapshot| now.toasts.iter().any(|toast| toast.contains("You have signed out."));
        stage.browser.until("the server's confirmation", confirmed).await?;
        assert_eq!(stage.server.verify(&cookie).await?, "401 signed-out");
        assert_eq!(stage.browser.cookie().await?, None);
        Ok(())
    });
}

#[test]
fn an_unconfirmed_sign_out_survives_the_page() {
    story(async |stage| {
        stage.sign_in().await?;
        let cookie = stage.browser.cookie().await?.unwrap_or_default();
        stage.proxy.cut();
        stage.browser.click(Role::Button, "Sign out").await?;
        let unconfirmed = |now: &Snapshot| now.path() == "/auth" && now.shows("has not confirmed it");
        stage.browser.until("the unconfirmed sign-out", unconfirmed).await?;
        assert!(!stage.browser.now().await?.shows("You have signed out."));
        stage.browser.open_blank_page().await?;
        stage.proxy.mend();
        stage.browser.visit("/account").await?;
        stage.browser.arrive("/auth").await?;
        let confirmed = |now: &Snapshot| now.toasts.iter().any(|toast| toast.contains("You have signed out."));
        stage.browser.until("the server's confirmation", confirmed).await?;
        for snapshot in stage.browser.snapshots().await? {
            assert!(!snapshot.text.contains("Welcome") && snapshot.heading != "Account", "{snapshot:?}");
        }
        assert_eq!(stage.server.verify(&cookie).await?, "401 signed-out");
        Ok(())
    });
}
