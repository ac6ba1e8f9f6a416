//! Every page has a clean console and no horizontal overflow.

use latchkey_e2e::{Stage, story};

use crate::{PROTECTED, PUBLIC};

/// Asserts that a page has a clean console and fits into wide and narrow windows.
pub(crate) async fn assert_sound(stage: &Stage, address: &str) -> anyhow::Result<()> {
    for width in [1280, 360] {
        stage.browser.resize(width, 740).await?;
        stage.browser.visit(address).await?;
        let widths = "const page = document.documentElement; return [page.scrollWidth, innerWidth]";
        let found = stage.browser.run(widths).await?;
        assert!(found[1] == width && found[0].as_u64() <= Some(width.into()), "{address}: {found} at {width}");
        let console_errors = stage.browser.console_errors().await?;
        assert!(console_errors.is_empty(), "{address}: {console_errors:#?}");
    }
    Ok(())
}

#[test]
fn public_pages_are_sound() {
    story(async |stage| {
        for address in PUBLIC {
            assert_sound(stage, address).await?;
        }
        Ok(())
    });
}

#[test]
fn protected_pages_are_sound() {
    story(async |stage| {
        stage.sign_in().await?;
        for address in PROTECTED {
            assert_sound(stage, address).await?;
        }
        Ok(())
    });
}
