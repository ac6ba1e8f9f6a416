//! The second app built on the libraries, `examples/notes`: other pages and paths, and an API of its own.

use anyhow::Result;
use latchkey_e2e::{
    App, Device, EMAIL, EVENTS, NAME, OTHER_EMAIL, OTHER_NAME, PASSWORD, Role, Snapshot, Stage, VERIFY, story_of,
};

use crate::{ME, accessible::assert_no_axe_violations, looks::assert_sound};

/// Runs a story of the notes app.
fn notes_story(run: impl AsyncFnOnce(&mut Stage) -> Result<()>) {
    story_of(App::Notes, &[], run);
}

/// Creates a note, waits for its page, and returns its path.
async fn create_note(stage: &Stage) -> Result<String> {
    stage.browser.visit("/notes").await?;
    stage.browser.click(Role::Button, "New note").await?;
    let note = stage.browser.until("the note's page", |now| now.path().starts_with("/notes/")).await?;
    stage.browser.until("the note", |now| now.heading == "New note").await?;
    stage.proxy.quiet().await?;
    Ok(note.path().to_owned())
}

fn shows_dialog(now: &Snapshot) -> bool {
    now.path().starts_with("/notes/") && now.shows("Nothing is lost.")
}

fn has_toast(now: &Snapshot, words: &str) -> bool {
    now.toasts.iter().any(|toast| toast.contains(words))
}

#[test]
fn a_deep_link_with_query_and_fragment_survives_signing_in() {
    notes_story(async |stage| {
        let now = stage.browser.visit("/notes/7?from=mail#comments").await?;
        assert_eq!(now.path(), "/sign-in", "{now:?}");
        stage.submit(EMAIL, PASSWORD).await?;
        stage.browser.arrive("/notes/7?from=mail").await?;
        assert_eq!(stage.browser.run("return location.hash").await?, "#comments");
        assert_eq!(stage.proxy.count(ME), 0, "the log-in's answer holds the user: {:?}", stage.proxy.log());
        Ok(())
    });
}

#[test]
fn signing_in_and_out_leads_where_the_app_says() {
    notes_story(async |stage| {
        stage.sign_in().await?;
        let now = stage.browser.now().await?;
        assert!(now.path() == "/notes" && now.shows(NAME), "{now:?}");
        stage.browser.click(Role::Button, "Sign out").await?;
        let now = stage.browser.arrive("/sign-in").await?;
        assert!(!now.shows(NAME), "{now:?}");
        stage.browser.visit("/").await?;
        stage.browser.click(Role::Link, "Sign in").await?;
        stage.browser.arrive("/sign-in").await?;
        Ok(())
    });
}

#[test]
fn each_route_change_makes_one_check() {
    notes_story(async |stage| {
        stage.sign_in().await?;
        for (link, path) in [("Notes", "/"), ("My notes", "/notes"), ("Notes", "/")] {
            let before = stage.proxy.api_calls().len();
            stage.follow(link, path).await?;
            let mut made = stage.proxy.api_calls().split_off(before);
            made.retain(|call| call != EVENTS && call != "GET /api/notes");
            assert_eq!(made, [VERIFY], "after {link}");
        }
        assert_eq!(stage.proxy.count(ME), 0);
        Ok(())
    });
}

#[test]
fn a_save_rejected_after_a_revocation_is_retried_exactly_once() {
    notes_story(async |stage| {
        // Without events, the request itself discovers that the session has ended.
        stage.proxy.hold(EVENTS);
        stage.sign_in().await?;
        let note = create_note(stage).await?;
        stage.browser.fill("Text", "Two litres of milk").await?;
        Device::sign_in(&stage.server, EMAIL).await?.end_others().await?;
        stage.browser.click(Role::Button, "Save").await?;
        stage.browser.until("the dialog over the page", shows_dialog).await?;
        stage.browser.fill("Password", PASSWORD).await?;
        stage.browser.click(Role::Button, "Sign in").await?;
        stage.browser.until("the confirmation", |now| has_toast(now, "Saved") && !shows_dialog(now)).await?;
        assert_eq!(stage.proxy.count(&format!("PUT /api{note}")), 2, "{:?}", stage.proxy.log());
        stage.browser.visit(&note).await?;
        assert_eq!(stage.browser.value_of("Text").await?, "Two litres of milk");
        Ok(())
    });
}

#[test]
fn a_session_revoked_while_the_user_types_opens_the_dialog_over_the_page() {
    notes_story(async |stage| {
        stage.sign_in().await?;
        stage.until_subscribed(1).await?;
        create_note(stage).await?;
        stage.browser.fill("Text", "Two litres").await?;
        Device::sign_in(&stage.server, EMAIL).await?.end_others().await?;
        stage.browser.until("the dialog over the page", shows_dialog).await?;
        stage.browser.type_text(PASSWORD).await?;
        stage.browser.click(Role::Button, "Sign in").await?;
        stage.browser.until("the page without the dialog", |now| !shows_dialog(now)).await?;
        assert_eq!(stage.browser.value_of("Text").await?, "Two litres");
        Ok(())
    });
}

#[test]
fn another_users_note_is_not_found() {
    notes_story(async |stage| {
        stage.sign_in().await?;
        let note = create_note(stage).await?;
        let other = Device::sign_in(&stage.server, OTHER_EMAIL).await?;
        for method in ["GET", "DELETE"] {
            assert_eq!(other.call(method, &format!("/api{note}")).await?, "404 not-found", "{method}");
        }
        stage.browser.click(Role::Button, "Sign out").await?;
        stage.browser.arrive("/sign-in").await?;
        stage.browser.visit(&note).await?;
        stage.submit(OTHER_EMAIL, PASSWORD).await?;
        let missing = |now: &Snapshot| now.path() == note && now.heading == "Nothing is here" && now.shows(OTHER_NAME);
        stage.browser.until("the not-found page", missing).await?;
        Ok(())
    });
}

#[test]
fn its_pages_are_sound_and_accessible() {
    notes_story(async |stage| {
        let visit = async |stage: &Stage, address: &str| {
            assert_sound(stage, address).await?;
            assert_no_axe_violations(stage, address).await
        };
        for address in ["/", "/sign-in", "/sign-in?next=/notes&reason=session-expired", "/no/such/page"] {
            visit(stage, address).await?;
        }
        stage.sign_in().await?;
        visit(stage, "/notes").await?;
        let note = create_note(stage).await?;
        stage.browser.fill("Text", &"a long line and ".repeat(20)).await?;
        stage.browser.click(Role::Button, "Save").await?;
        stage.browser.until("the confirmation", |now| has_toast(now, "Saved")).await?;
        for address in ["/", "/notes", &note, "/notes/4711"] {
            visit(stage, address).await?;
        }
        Ok(())
    });
}
