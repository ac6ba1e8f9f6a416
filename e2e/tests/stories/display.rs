//! Ways to display the pages: by accessible names, in a narrow window, at 400 %, in forced colours, with reduced motion.
//! Each is tested on every page and with transient elements.

use latchkey_e2e::{EMAIL, EVENTS, Role, Stage, VERIFY, story, story_with, story_without};
use serde_json::json;

use crate::{LOGIN, PROTECTED, PUBLIC};

/// Transient elements, named for error messages.
const STATES: [&str; 3] = ["a rejected log-in", "the dialog with a toast", "the reconnecting line"];

/// Calls `look` on every page and in each of `STATES`.
async fn on_every_page(stage: &Stage, look: impl AsyncFn(&Stage, &str) -> anyhow::Result<()>) -> anyhow::Result<()> {
    for address in PUBLIC {
        stage.browser.visit(address).await?;
        stage.proxy.quiet().await?;
        look(stage, address).await?;
    }
    stage.browser.visit("/auth").await?;
    stage.submit(EMAIL, "wrong").await?;
    stage.browser.until("the error message", |now| now.shows("is wrong")).await?;
    look(stage, STATES[0]).await?;
    stage.sign_in().await?;
    for address in PROTECTED {
        stage.browser.visit(address).await?;
        stage.proxy.quiet().await?;
        look(stage, address).await?;
    }
    let streams = stage.proxy.log().iter().filter(|line| line.starts_with(EVENTS)).count();
    stage.browser.visit("/account").await?;
    stage.until_subscribed(streams.max(1)).await?;
    stage.browser.fill("Name", "!").await?;
    stage.revoke_session().await?;
    stage.browser.until("the dialog", |now| now.shows("Nothing is lost.")).await?;
    stage.browser.until_toast().await?;
    look(stage, STATES[1]).await?;
    stage.browser.click(Role::Button, "Leave").await?;
    stage.browser.arrive("/auth").await?;
    stage.proxy.cut();
    stage.browser.click(Role::Link, "Home").await?;
    stage.browser.until("the reconnecting line", |now| !now.status.is_empty()).await?;
    look(stage, STATES[2]).await?;
    stage.proxy.mend();
    stage.browser.until("no reconnecting line", |now| now.status.is_empty()).await?;
    Ok(())
}

/// Asserts that a script, which returns a list of faults, finds none.
async fn assert_no_faults(stage: &Stage, script: &str, place: &str) -> anyhow::Result<()> {
    let faults = stage.browser.run(script).await?;
    assert_eq!(faults, json!([]), "{place}");
    Ok(())
}

#[test]
fn wcag_1_1_1_every_control_and_image_has_a_name() {
    story(async |stage| {
        on_every_page(stage, async |stage, place| {
            assert_eq!(stage.browser.unnamed_elements().await?, Vec::<String>::new(), "{place}");
            let pictures = "
                const hidden = (picture) => picture.closest('[aria-hidden=true]');
                const all = [...document.querySelectorAll('svg, img, canvas')];
                return all.filter((picture) => !hidden(picture) && !picture.getAttribute('aria-label') && !picture.alt)
                    .map((picture) => picture.outerHTML)";
            assert_no_faults(stage, pictures, place).await
        })
        .await
    });
}

/// Finds elements outside the viewport, and clipped text. The user's name in the header may be clipped: screen readers get
/// it in full.
const FITS: &str = "
    const faults = [];
    const page = document.documentElement;
    if (page.scrollWidth > innerWidth) faults.push(`scrolls sideways: ${page.scrollWidth} > ${innerWidth}`);
    const unseen = '.lk-unseen, .skip-link, .lk-end-warning__spoken, [hidden] *, .site-user';
    for (const element of document.querySelectorAll('body *')) {
        if (element.matches(unseen) || element.closest('svg') || !element.checkVisibility()) continue;
        const { left, right, width } = element.getBoundingClientRect();
        if (width > 0 && (left < -0.5 || right > innerWidth + 0.5)) faults.push(`outside: ${element.outerHTML}`);
        const cut = getComputedStyle(element).overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
        if (cut && !element.matches('input, dialog, html, body')) faults.push(`cut off: ${element.outerHTML}`);
    }
    return faults";

#[test]
fn wcag_1_4_10_everything_fits_into_320_pixels() {
    story(async |stage| {
        stage.browser.resize(320, 640).await?;
        on_every_page(stage, async |stage, place| assert_no_faults(stage, FITS, place).await).await
    });
}

/// The browser's own font size is twice the usual one; the page has 320 CSS pixels for it.
#[test]
fn wcag_1_4_4_with_text_at_200_percent_nothing_scrolls_sideways() {
    story(async |stage| {
        stage.browser.resize(320, 640).await?;
        // The setting belongs to the process of the site.
        stage.browser.visit("/").await?;
        stage.browser.set_font_size(32).await?;
        on_every_page(stage, async |stage, place| {
            let size = stage.browser.run("return getComputedStyle(document.documentElement).fontSize").await?;
            assert_eq!(size, "32px", "{place}");
            assert_no_faults(stage, FITS, place).await
        })
        .await
    });
}

#[test]
fn the_header_stays_in_its_place_when_a_page_scrolls() {
    story(async |stage| {
        stage.browser.show_scrollbars().await?;
        let edges = "
            const edge = (part) => document.querySelector(part).getBoundingClientRect();
            const scrolls = document.documentElement.scrollHeight > innerHeight;
            return [edge('.brand').left, edge('.site-header__action').right, scrolls]";
        let mut seen = Vec::new();
        for height in [300, 2000] {
            stage.browser.resize(1280, height).await?;
            stage.browser.visit("/").await?;
            seen.push(stage.browser.run(edges).await?);
        }
        assert_eq!((&seen[0][2], &seen[1][2]), (&json!(true), &json!(false)));
        assert_eq!((&seen[0][0], &seen[0][1]), (&seen[1][0], &seen[1][1]));
        Ok(())
    });
}

/// Finds controls and cards without an edge or a background of their own.
const DRAWN: &str = "
    const faults = [];
    const clear = 'rgba(0, 0, 0, 0)';
    const paper = getComputedStyle(document.body).backgroundColor;
    if (paper === clear) faults.push('the page has no background');
    const seen = (part) => [...document.querySelectorAll(part)].filter((element) => element.checkVisibility());
    for (const element of seen('input:not([type=checkbox]), .lk-button--quiet, .key-tag, .lk-toast, dialog[open]')) {
        const { borderTopStyle, borderTopWidth, borderTopColor } = getComputedStyle(element);
        if (borderTopStyle === 'none' || parseFloat(borderTopWidth) < 1 || borderTopColor === clear) faults.push(`no edge: ${element.outerHTML}`);
    }
    for (const element of seen('.lk-button:not(.lk-button--quiet), .key-tag, .lk-toast, .lk-notice, dialog[open], .site-header')) {
        if (getComputedStyle(element).backgroundColor === clear) faults.push(`no background: ${element.outerHTML}`);
    }
    return faults";

/// Before Chrome 123, Firefox 120 and Safari 17.5.
#[test]
fn without_light_dark_everything_is_drawn_and_legible() {
    story_without("light-dark(", async |stage| {
        // With a dark theme the browser's own parts would be dark.
        stage.browser.set_theme("dark").await?;
        on_every_page(stage, async |stage, place| {
            assert_no_faults(stage, DRAWN, place).await?;
            assert_eq!(stage.browser.axe_violations().await?, Vec::<String>::new(), "{place}");
            Ok(())
        })
        .await
    });
}

/// Finds focusable elements that take no focus, or that another element covers once they are focused.
const REACHABLE: &str = "
    const faults = [];
    const dialog = document.querySelector('dialog[open]');
    const all = (dialog ?? document).querySelectorAll('a[href], button, input');
    for (const element of all) {
        if (!element.checkVisibility()) continue;
        element.focus();
        if (document.activeElement !== element) { faults.push(`no focus: ${element.outerHTML}`); continue; }
        const { left, top, width, height } = element.getBoundingClientRect();
        const met = document.elementFromPoint(left + width / 2, top + height / 2);
        const label = met?.closest('label')?.control;
        if (!met || !(element.contains(met) || label === element)) {
            faults.push(`covered: ${element.outerHTML} at ${left},${top} by ${met?.outerHTML.slice(0, 200)}`);
        }
    }
    return faults";

/// 1280 by 1024 pixels at 400 %.
#[test]
fn wcag_1_4_4_at_400_percent_every_control_can_be_reached_and_is_not_covered() {
    story(async |stage| {
        stage.browser.resize(320, 256).await?;
        on_every_page(stage, async |stage, place| {
            assert_no_faults(stage, FITS, place).await?;
            assert_no_faults(stage, REACHABLE, place).await
        })
        .await
    });
}

#[test]
fn wcag_2_4_11_the_end_warning_covers_no_focused_element() {
    story_with(&["--session-lifetime", "40s"], async |stage| {
        stage.browser.resize(320, 256).await?;
        stage.sign_in().await?;
        stage.browser.visit("/account").await?;
        stage.browser.until_late("the warning", |now| now.shows("Your session ends in 0:")).await?;
        assert_no_faults(stage, FITS, "the warning").await?;
        assert_no_faults(stage, REACHABLE, "the warning").await
    });
}

/// Finds controls without an edge, an invisible focus, an unmarked current page, and graphics that do not stand out from
/// their background.
const STANDS_OUT: &str = "
    const faults = [];
    const style = (element, part) => getComputedStyle(element, part);
    const paper = style(document.body).backgroundColor;
    const seen = (element) => element.checkVisibility() && !element.closest('[hidden]');
    for (const element of document.querySelectorAll('button:not(.lk-field__toggle, .lk-toast__close), a.lk-button, input:not([type=checkbox]), .lk-notice, .lk-toast, dialog[open]')) {
        if (!seen(element)) continue;
        const { borderTopWidth, borderTopColor, borderTopStyle } = style(element);
        if (borderTopStyle === 'none' || parseFloat(borderTopWidth) < 1 || borderTopColor === paper) {
            faults.push(`no edge: ${element.outerHTML.slice(0, 200)}`);
        }
    }
    for (const element of document.querySelectorAll('a[href], button, input')) {
        if (!seen(element) || element.closest('[inert]')) continue;
        element.focus({ focusVisible: true });
        if (document.activeElement !== element) continue;
        const { outlineStyle, outlineWidth, outlineColor } = style(element);
        if (outlineStyle === 'none' || parseFloat(outlineWidth) < 2 || outlineColor === paper) {
            faults.push(`no focus: ${element.outerHTML.slice(0, 200)}`);
        }
    }
    document.activeElement.blur();
    for (const field of document.querySelectorAll('[aria-invalid=true]')) {
        if (parseFloat(style(field).borderTopWidth) < 2) faults.push('an error is marked by colour alone');
    }
    const edge = (link) => style(link).borderBottomColor;
    const links = [...document.querySelectorAll('.site-nav a')];
    const marked = links.filter((link) => edge(link) !== paper).map((link) => link.getAttribute('aria-current'));
    if (marked.some((current) => current !== 'page')) faults.push(`marked: ${marked}`);
    const open = links.filter((link) => link.hasAttribute('aria-current'));
    if (open.some((link) => edge(link) === paper)) faults.push('the page that is open is not marked');
    for (const rail of document.querySelectorAll('.lifetime__rail')) {
        if (style(rail.firstElementChild).fill === style(rail).backgroundColor) faults.push('the rail is empty');
        if (parseFloat(style(rail).borderTopWidth) < 1) faults.push('the rail has no edge');
    }
    for (const dot of document.querySelectorAll('.lk-reconnecting__line')) {
        if (style(dot, '::before').backgroundColor === style(dot).backgroundColor) faults.push('the dot is gone');
    }
    return faults";

#[test]
fn in_forced_colors_nothing_is_lost() {
    story(async |stage| {
        stage.browser.set_preference("forced-colors", "active").await?;
        stage.browser.visit("/").await?;
        assert_eq!(stage.browser.run("return matchMedia('(forced-colors: active)').matches").await?, true);
        stage.browser.visit("/auth").await?;
        stage.browser.click(Role::Button, "Sign in").await?;
        stage.browser.until("the errors", |now| now.shows("Enter your")).await?;
        assert_no_faults(stage, STANDS_OUT, "empty fields").await?;
        on_every_page(stage, async |stage, place| assert_no_faults(stage, STANDS_OUT, place).await).await
    });
}

#[test]
fn in_forced_colors_pending_states_are_visible() {
    story(async |stage| {
        stage.browser.set_preference("forced-colors", "active").await?;
        stage.proxy.hold(LOGIN);
        stage.browser.visit("/auth").await?;
        stage.submit(EMAIL, "wrong").await?;
        stage.proxy.until_held(LOGIN).await?;
        let turning = "
            const { borderTopColor, borderLeftColor } = getComputedStyle(document.querySelector('.lk-button__spinner'));
            return borderTopColor === borderLeftColor ? ['a ring without a gap does not turn'] : []";
        assert_no_faults(stage, turning, "a pending button").await?;
        stage.proxy.release(LOGIN);
        stage.sign_in().await?;
        stage.proxy.hold(VERIFY);
        stage.browser.click(Role::Link, "Account").await?;
        stage.proxy.until_held(VERIFY).await?;
        let line = "
            const line = document.querySelector('.lk-progress');
            const paper = getComputedStyle(document.body).backgroundColor;
            return !line || getComputedStyle(line).backgroundColor === paper ? ['no line'] : []";
        assert_no_faults(stage, line, "a navigation that is checked").await?;
        stage.proxy.release(VERIFY);
        stage.proxy.quiet().await
    });
}

/// Finds animations that last more than 10 ms. Delays are allowed: elements for long waits must stay hidden during short
/// ones.
const STILL: &str = "
    const timing = (one) => one.effect.getComputedTiming();
    const moves = (one) => timing(one).activeDuration > 10;
    return document.getAnimations().filter(moves).map((one) => `${one.animationName ?? one.transitionProperty}`)";

#[test]
fn reduced_motion_is_respected() {
    story(async |stage| {
        stage.browser.set_preference("prefers-reduced-motion", "reduce").await?;
        on_every_page(stage, async |stage, place| assert_no_faults(stage, STILL, place).await).await?;
        stage.sign_in().await?;
        stage.proxy.hold(VERIFY);
        stage.browser.click(Role::Link, "Account").await?;
        stage.proxy.until_held(VERIFY).await?;
        assert_no_faults(stage, STILL, "a navigation that is checked").await?;
        let patience = "
            const { animationName, animationDelay } = getComputedStyle(document.querySelector('.lk-progress'));
            const waits = animationName !== 'none' && parseFloat(animationDelay) >= 0.1;
            return waits ? [] : [`the line flashes up at once: ${animationName} after ${animationDelay}`]";
        assert_no_faults(stage, patience, "a navigation that is checked").await?;
        stage.proxy.release(VERIFY);
        stage.proxy.quiet().await
    });
}
