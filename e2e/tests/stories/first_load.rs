//! The first load of a page: the session is embedded in it, so the app needs no API request.

use latchkey_e2e::{NAME, story};

/// Keeps what a document's first frame shows. An element is observed for the first time after the frame's callbacks.
const FIRST_FRAME: &str = "
    requestAnimationFrame(() => {
        const observer = new ResizeObserver(() => {
            observer.disconnect();
            window.firstFrame = document.body?.innerText ?? '';
        });
        observer.observe(document.documentElement);
    });";

#[test]
fn a_protected_page_shows_its_user_without_asking_the_api() {
    story(async |stage| {
        stage.sign_in().await?;
        for (path, heading) in [("/account", "Account"), ("/dashboard", "Welcome")] {
            let before = stage.proxy.api_calls().len();
            let now = stage.browser.visit(path).await?;
            assert!(now.url == path && now.heading.contains(heading) && now.shows(NAME), "{now:?}");
            stage.proxy.quiet().await?;
            let calls = stage.proxy.api_calls().split_off(before);
            assert_eq!(calls, Vec::<String>::new(), "on {path}");
        }
        Ok(())
    });
}

#[test]
fn nothing_else_flashes_before_a_protected_page() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/account").await?;
        stage.proxy.quiet().await?;
        for snapshot in stage.browser.snapshots().await? {
            assert_eq!(snapshot.url, "/account", "{snapshot:?}");
            assert!(["", "Account"].contains(&snapshot.heading.as_str()), "{snapshot:?}");
            assert!(snapshot.toasts.is_empty() && snapshot.status.is_empty(), "{snapshot:?}");
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
        stage.proxy.quiet().await?;
        for snapshot in stage.browser.snapshots().await? {
            assert!(["", "Sign in"].contains(&snapshot.heading.as_str()), "{snapshot:?}");
            assert!(snapshot.toasts.is_empty(), "no session existed, so none ended: {snapshot:?}");
        }
        assert_eq!(stage.proxy.api_calls(), Vec::<String>::new());
        Ok(())
    });
}

#[test]
fn the_first_frame_shows_the_header_and_the_user_also_on_a_slow_machine() {
    story(async |stage| {
        stage.sign_in().await?;
        for times in [1, 20] {
            stage.browser.open_plain_tab(FIRST_FRAME).await?;
            stage.browser.slow_down(times, None).await?;
            stage.browser.open_document("/dashboard").await?;
            let frame = stage.browser.run("return window.firstFrame").await?;
            let text = frame.as_str().unwrap_or_default();
            assert!(text.contains("Latchkey") && text.contains(NAME), "{times}: {frame}");
        }
        stage.browser.slow_down(1, None).await
    });
}
