//! Accessibility: keyboard, screen reader, both themes. Names that begin with `wcag` hold the success criterion of WCAG 2.2.

use latchkey_e2e::{EMAIL, Key, PASSWORD, Role, Snapshot, Stage, story, story_with};
use latchkey_shared::EndReason;

use crate::{PROTECTED, PUBLIC};

/// Asserts that axe-core finds no violation on a page, in both themes.
pub(crate) async fn assert_no_axe_violations(stage: &Stage, address: &str) -> anyhow::Result<()> {
    for theme in ["light", "dark"] {
        stage.browser.set_theme(theme).await?;
        stage.browser.visit(address).await?;
        stage.proxy.quiet().await?;
        assert_eq!(stage.browser.axe_violations().await?, Vec::<String>::new(), "{address}, {theme}");
    }
    Ok(())
}

#[test]
fn axe_finds_nothing_on_public_pages() {
    story(async |stage| {
        for address in PUBLIC {
            assert_no_axe_violations(stage, address).await?;
        }
        Ok(())
    });
}

#[test]
fn axe_finds_nothing_on_protected_pages() {
    story(async |stage| {
        stage.sign_in().await?;
        for address in PROTECTED {
            assert_no_axe_violations(stage, address).await?;
        }
        Ok(())
    });
}

#[test]
fn axe_finds_nothing_in_transient_elements() {
    story(async |stage| {
        for theme in ["light", "dark"] {
            stage.browser.set_theme(theme).await?;
            stage.browser.visit("/auth").await?;
            stage.submit(EMAIL, "wrong").await?;
            stage.browser.until("the error message", |now| now.shows("is wrong")).await?;
            assert_eq!(stage.browser.axe_violations().await?, Vec::<String>::new(), "a rejected log-in, {theme}");
            stage.sign_in().await?;
            stage.until_subscribed(1).await?;
            stage.follow("Account", "/account").await?;
            stage.browser.fill("Name", "!").await?;
            stage.revoke_session().await?;
            stage.browser.until("the dialog", |now| now.shows("Nothing is lost.")).await?;
            stage.browser.until_toast().await?;
            assert_eq!(stage.browser.axe_violations().await?, Vec::<String>::new(), "the dialog and a toast, {theme}");
            stage.browser.click(Role::Button, "Leave").await?;
            stage.proxy.cut();
            stage.browser.click(Role::Link, "Home").await?;
            stage.browser.until("the reconnecting line", |now| !now.status.is_empty()).await?;
            assert_eq!(stage.browser.axe_violations().await?, Vec::<String>::new(), "the reconnecting line, {theme}");
            stage.proxy.mend();
            stage.browser.until("no reconnecting line", |now| now.status.is_empty()).await?;
        }
        Ok(())
    });
}

/// Presses Tab until the element with a name has the focus.
async fn tab_to(stage: &Stage, name: &str) -> anyhow::Result<()> {
    for _ in 0..20 {
        stage.browser.press(Key::Tab).await?;
        if stage.browser.focused().await? == name {
            return Ok(());
        }
    }
    anyhow::bail!("the Tab key does not reach {name:?}")
}

#[test]
fn wcag_2_1_1_everything_works_by_keyboard() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        tab_to(stage, "Email").await?;
        stage.browser.type_text(EMAIL).await?;
        tab_to(stage, "Password").await?;
        stage.browser.type_text(PASSWORD).await?;
        stage.browser.press(Key::Enter).await?;
        stage.browser.arrive("/dashboard").await?;
        for (link, path) in [("Sessions", "/sessions"), ("Account", "/account")] {
            tab_to(stage, link).await?;
            stage.browser.press(Key::Enter).await?;
            stage.browser.arrive(path).await?;
        }
        tab_to(stage, "Name").await?;
        stage.browser.type_text("!").await?;
        stage.browser.press(Key::Enter).await?;
        stage.browser.until_toast().await?;
        stage.browser.press(Key::Escape).await?;
        stage.browser.until("no toast", |now| now.toasts.is_empty()).await?;
        tab_to(stage, "Sign out").await?;
        stage.browser.press(Key::Enter).await?;
        stage.browser.arrive("/auth").await?;
        Ok(())
    });
}

#[test]
fn wcag_2_2_5_re_authenticating_keeps_what_was_typed_and_the_focus() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.until_subscribed(1).await?;
        stage.follow("Account", "/account").await?;
        stage.browser.fill("Name", ", Countess").await?;
        stage.revoke_session().await?;
        stage.browser.until("the dialog", |now| now.shows("Nothing is lost.")).await?;
        for _ in 0..9 {
            stage.browser.press(Key::Tab).await?;
            // The browser's own controls are in the tab order too; the body has the focus then.
            let inside =
                "return document.activeElement === document.body || !!document.activeElement.closest('dialog')";
            assert_eq!(stage.browser.run(inside).await?, true, "{} is outside", stage.browser.focused().await?);
        }
        stage.browser.fill("Password", PASSWORD).await?;
        stage.browser.press(Key::Enter).await?;
        stage.browser.until("the page", |now| now.path() == "/account" && !now.shows("Nothing is lost.")).await?;
        assert_eq!(stage.browser.focused().await?, "Name");
        assert_eq!(stage.browser.value_of("Name").await?, "Ada Lovelace, Countess");
        Ok(())
    });
}

#[test]
fn wcag_2_2_6_the_idle_timeout_is_shown_in_advance() {
    story_with(&["--idle-timeout", "30m"], async |stage| {
        stage.sign_in().await?;
        let now = stage.browser.visit("/dashboard").await?;
        assert!(now.shows("After 30 minutes without activity you are signed out."), "{now:?}");
        Ok(())
    });
}

#[test]
fn wcag_3_3_7_nothing_has_to_be_typed_twice() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        stage.submit(EMAIL, "wrong").await?;
        stage.browser.until("the error message", |now| now.shows("is wrong")).await?;
        assert_eq!(stage.browser.value_of("Email").await?, EMAIL);
        stage.browser.fill("Password", PASSWORD).await?;
        stage.browser.press(Key::Enter).await?;
        stage.browser.arrive("/dashboard").await?;
        stage.until_subscribed(1).await?;
        stage.follow("Account", "/account").await?;
        stage.browser.fill("Name", "!").await?;
        stage.revoke_session().await?;
        stage.browser.until("the dialog", |now| now.shows("Nothing is lost.")).await?;
        assert_eq!(stage.browser.value_of("Email").await?, EMAIL);
        Ok(())
    });
}

/// The fields are marked for password managers, and pasting is allowed.
#[test]
fn wcag_3_3_8_signing_in_needs_no_memory_test() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        let purposes = "
            const fields = document.querySelectorAll('form input:not([type=checkbox])');
            return [...fields].map((field) => field.autocomplete)";
        assert_eq!(stage.browser.run(purposes).await?, serde_json::json!(["username", "current-password"]));
        let paste = "
            const event = () => new ClipboardEvent('paste', { bubbles: true, cancelable: true });
            return [...document.querySelectorAll('form input')].every((field) => field.dispatchEvent(event()))";
        assert_eq!(stage.browser.run(paste).await?, true, "pasting is allowed");
        Ok(())
    });
}

#[test]
fn wcag_4_1_3_status_messages_appear_in_existing_live_regions() {
    story(async |stage| {
        stage.sign_in().await?;
        let regions = "
            const all = [...document.querySelectorAll('[role=status], [aria-live], [role=alert]')];
            window.regions ??= all;
            return window.regions.every((region) => region.isConnected) && window.regions.length";
        let before = stage.browser.run(regions).await?;
        assert!(before.as_u64() >= Some(3), "status, warning and toasts: {before}");
        stage.end_session().await?;
        stage.browser.click(Role::Link, "Home").await?;
        let signed_out = |now: &Snapshot| now.toasts.iter().any(|toast| toast.contains(EndReason::SignedOut.detail()));
        stage.browser.until("the toast", signed_out).await?;
        let inside = "return window.regions.some((region) => region.textContent.includes('You have signed out.'))";
        assert_eq!(stage.browser.run(inside).await?, true);
        Ok(())
    });
}
