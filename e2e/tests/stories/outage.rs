//! Outages and answers of proxies: an unreachable server is no evidence about the session, so the user stays signed in.

use latchkey_e2e::{CannedAnswer, EMAIL, NAME, PASSWORD, Role, Stage, VERIFY, story};

/// Asserts that the user stays signed in through an outage that has begun, and that only the reconnecting line shows it.
/// `end` ends the outage.
async fn assert_outage_survived(
    stage: &mut Stage,
    end: impl AsyncFnOnce(&mut Stage) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    stage.browser.click(Role::Link, "Account").await?;
    let shown = stage.browser.until("the reconnecting line", |now| !now.status.is_empty()).await?;
    assert!(shown.url == "/account" && shown.shows(NAME), "still signed in: {shown:?}");
    end(stage).await?;
    stage.browser.until("no reconnecting line", |now| now.status.is_empty()).await?;
    stage.proxy.quiet().await?;
    let snapshots = stage.browser.snapshots().await?;
    assert!(snapshots.iter().all(|snapshot| snapshot.toasts.is_empty()), "no toast: {snapshots:#?}");
    let shown = snapshots.chunk_by(|a, b| a.status == b.status).filter(|same| !same[0].status.is_empty());
    assert_eq!(shown.count(), 1, "one line, once: {snapshots:#?}");
    stage.follow("Dashboard", "/dashboard").await?;
    let now = stage.browser.reload().await?;
    assert!(now.url == "/dashboard" && now.shows(NAME), "still signed in: {now:?}");
    Ok(())
}

#[test]
fn a_server_restart_signs_no_user_out() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.server.stop().await?;
        assert_outage_survived(stage, async |stage| stage.start_server_again().await).await
    });
}

#[test]
fn a_broken_connection_signs_no_user_out() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.proxy.cut();
        assert_outage_survived(stage, async |stage| {
            stage.proxy.mend();
            Ok(())
        })
        .await
    });
}

#[test]
fn going_offline_is_shown_at_once_and_signs_no_user_out() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.browser.set_offline(true).await?;
        stage.browser.until("the reconnecting line", |now| !now.status.is_empty()).await?;
        assert_outage_survived(stage, async |stage| stage.browser.set_offline(false).await).await
    });
}

#[test]
fn a_log_in_during_an_outage_is_explained_and_can_be_tried_again() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        stage.proxy.cut();
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.until("the error message", |now| now.shows("cannot be reached")).await?;
        stage.proxy.mend();
        stage.browser.click(Role::Button, "Sign in").await?;
        stage.browser.arrive("/dashboard").await?;
        Ok(())
    });
}

const HTML: &[(&str, &str)] = &[("Content-Type", "text/html")];

/// Answers without problem details of Latchkey: none of them ends the session, whatever its status.
const FOREIGN_ANSWERS: [CannedAnswer; 4] = [
    CannedAnswer { status: 502, headers: HTML, body: "<h1>Bad gateway</h1>" },
    CannedAnswer { status: 200, headers: HTML, body: "<h1>Welcome to the hotel</h1>" },
    CannedAnswer { status: 401, headers: HTML, body: "<h1>The proxy wants a password</h1>" },
    CannedAnswer { status: 429, headers: HTML, body: "<h1>Slow down</h1>" },
];

#[test]
fn a_foreign_answer_signs_no_user_out() {
    story(async |stage| {
        stage.sign_in().await?;
        for canned in FOREIGN_ANSWERS {
            stage.browser.visit("/dashboard").await?;
            stage.proxy.answer_instead(Some(canned));
            assert_outage_survived(stage, async |stage| {
                stage.proxy.answer_instead(None);
                Ok(())
            })
            .await?;
        }
        Ok(())
    });
}

#[test]
fn retry_after_is_respected() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.proxy.quiet().await?;
        let headers = &[("Content-Type", "application/problem+json"), ("Retry-After", "4")];
        let body = r#"{"type":"urn:latchkey:problem:unavailable","title":"Temporarily unavailable","status":503,
            "detail":"Try again.","code":"unavailable"}"#;
        stage.proxy.answer_instead(Some(CannedAnswer { status: 503, headers, body }));
        let before = stage.proxy.count(VERIFY);
        stage.browser.click(Role::Link, "Account").await?;
        stage.proxy.until_counted(VERIFY, before + 2).await?;
        // Seen by the proxy, because this test may look late. A browser's timer may fire a few milliseconds early.
        let interval = stage.proxy.last_interval(VERIFY);
        assert!(interval.is_some_and(|interval| interval.as_millis() >= 3_950), "retried after {interval:?}");
        stage.browser.until("the reconnecting line", |now| !now.status.is_empty()).await?;
        stage.proxy.answer_instead(None);
        stage.browser.until("no reconnecting line", |now| now.status.is_empty()).await?;
        Ok(())
    });
}
