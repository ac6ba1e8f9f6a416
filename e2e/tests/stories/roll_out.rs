//! A roll-out: half of the requests are answered by a replica with another build of the app, which does not have this build's files.

use latchkey_e2e::{NAME, Role, story_of_roll_out};

/// How often the app is loaded: chance decides which replica answers which request.
const LOADS: usize = 8;

#[test]
fn pages_of_one_build_and_files_of_another_do_not_break_the_app() {
    story_of_roll_out(async |stage| {
        for _ in 0..LOADS {
            stage.browser.open_blank_page().await?;
            stage.browser.clear_cache().await?;
            stage.browser.open_document("/").await?;
            stage.browser.until("the app", |now| !now.heading.is_empty() && !now.shows("Load again")).await?;
            for snapshot in stage.browser.snapshots().await? {
                assert!(!snapshot.shows("Load again"), "{snapshot:?}");
            }
        }
        stage.sign_in().await?;
        for (link, path) in [("Account", "/account"), ("Sessions", "/sessions"), ("Dashboard", "/dashboard")].repeat(2)
        {
            stage.browser.click(Role::Link, link).await?;
            stage.browser.arrive(path).await?;
            stage.browser.until("the user's name", |now| now.shows(NAME)).await?;
        }
        // Files that the other replica has are reported as errors until the right replica is asked.
        stage.browser.console_errors().await.map(drop)
    });
}
