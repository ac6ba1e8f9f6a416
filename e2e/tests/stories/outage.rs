//! The server cannot be reached: that says nothing about the session.

use latchkey_e2e::{EMAIL, NAME, PASSWORD, Role, Stage, Stranger, VERIFY, story};

/// Works through an outage that has just begun, until `end` ends it.
async fn live_through(
    stage: &mut Stage,
    end: impl AsyncFnOnce(&mut Stage) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    stage.browser.click(Role::Link, "Account").await?;
    let told = stage.browser.until("the quiet line", |now| !now.status.is_empty()).await?;
    assert!(told.url == "/account" && told.says(NAME), "still signed in: {told:?}");
    end(stage).await?;
    stage.browser.until("the end of the quiet line", |now| now.status.is_empty()).await?;
    stage.gate.quiet().await?;
    let moments = stage.browser.moments().await?;
    assert!(moments.iter().all(|moment| moment.toasts.is_empty()), "no toast: {moments:#?}");
    let told = moments.chunk_by(|a, b| a.status == b.status).filter(|same| !same[0].status.is_empty());
    assert_eq!(told.count(), 1, "one line, once: {moments:#?}");
    stage.follow("Dashboard", "/dashboard").await?;
    let now = stage.browser.reload().await?;
    assert!(now.url == "/dashboard" && now.says(NAME), "still signed in: {now:?}");
    Ok(())
}

#[test]
fn a_server_that_is_restarted_signs_nobody_out() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.server.stop().await?;
        live_through(stage, async |stage| stage.start_server_again().await).await
    });
}

#[test]
fn a_line_that_breaks_signs_nobody_out() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.gate.cut();
        live_through(stage, async |stage| {
            stage.gate.mend();
            Ok(())
        })
        .await
    });
}

#[test]
fn a_browser_that_goes_offline_says_so_at_once_and_signs_nobody_out() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.browser.set_offline(true).await?;
        stage.browser.until("the quiet line", |now| !now.status.is_empty()).await?;
        live_through(stage, async |stage| stage.browser.set_offline(false).await).await
    });
}

#[test]
fn a_log_in_during_an_outage_is_explained_and_can_be_tried_again() {
    story(async |stage| {
        stage.browser.visit("/auth").await?;
        stage.gate.cut();
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.until("why it did not work", |now| now.says("cannot be reached")).await?;
        stage.gate.mend();
        stage.browser.click(Role::Button, "Sign in").await?;
        stage.browser.arrive("/dashboard").await?;
        Ok(())
    });
}

const HTML: &[(&str, &str)] = &[("Content-Type", "text/html")];

/// None of them says anything about the session, whatever their status.
const STRANGERS: [Stranger; 4] = [
    Stranger { status: 502, headers: HTML, body: "<h1>Bad gateway</h1>" },
    Stranger { status: 200, headers: HTML, body: "<h1>Welcome to the hotel</h1>" },
    Stranger { status: 401, headers: HTML, body: "<h1>The proxy wants a password</h1>" },
    Stranger { status: 429, headers: HTML, body: "<h1>Slow down</h1>" },
];

#[test]
fn whatever_answers_in_the_servers_place_signs_nobody_out() {
    story(async |stage| {
        stage.sign_in().await?;
        for stranger in STRANGERS {
            stage.browser.visit("/dashboard").await?;
            stage.gate.answer_instead(Some(stranger));
            live_through(stage, async |stage| {
                stage.gate.answer_instead(None);
                Ok(())
            })
            .await?;
        }
        Ok(())
    });
}

#[test]
fn a_server_that_says_when_to_come_back_is_not_asked_before() {
    story(async |stage| {
        stage.sign_in().await?;
        stage.browser.visit("/dashboard").await?;
        stage.gate.quiet().await?;
        let headers = &[("Content-Type", "application/problem+json"), ("Retry-After", "4")];
        let body = r#"{"type":"urn:latchkey:problem:unavailable","title":"Temporarily unavailable","status":503,
            "detail":"Try again.","code":"unavailable"}"#;
        stage.gate.answer_instead(Some(Stranger { status: 503, headers, body }));
        let asked = stage.gate.count(VERIFY);
        stage.browser.click(Role::Link, "Account").await?;
        stage.browser.until("the quiet line", |now| !now.status.is_empty()).await?;
        stage.gate.answer_instead(None);
        let waited = tokio::time::Instant::now();
        stage.gate.until_counted(VERIFY, asked + 2).await?;
        assert!(waited.elapsed().as_secs_f64() > 2.5, "it came back after {:?}", waited.elapsed());
        stage.browser.until("the end of the quiet line", |now| now.status.is_empty()).await?;
        Ok(())
    });
}
