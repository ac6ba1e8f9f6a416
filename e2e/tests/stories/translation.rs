//! Translated pages, and extensions that change the document: the app keeps working, and no outdated text stays.

use std::collections::BTreeSet;

use latchkey_e2e::{EMAIL, NAME, PASSWORD, Role, Snapshot, Stage, eventually, story, story_with};

/// Works like Google Translate: replaces each text node with an element, and each later one too. The translation is the
/// original text, so that stories can read it.
const TRANSLATOR: &str = r"
    const translate = (root) => {
        const texts = [], walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) texts.push(walker.currentNode);
        for (const text of texts) {
            const parent = text.parentElement;
            if (!text.data.trim() || !parent || parent.closest('font, script, style')) continue;
            const outer = document.createElement('font'), inner = document.createElement('font');
            outer.style.verticalAlign = inner.style.verticalAlign = 'inherit';
            outer.append(inner);
            inner.append(text.data);
            INSERT
            window.translated = (window.translated ?? 0) + 1;
        }
    };
    const start = () => {
        translate(document.body);
        new MutationObserver((records) => {
            for (const { target, addedNodes } of records) {
                if (target.nodeType === Node.TEXT_NODE) { if (target.parentElement) translate(target.parentElement); }
                for (const node of addedNodes) if (node.isConnected) translate(node.nodeType === Node.TEXT_NODE ? node.parentElement : node);
            }
        }).observe(document.body, { childList: true, subtree: true, characterData: true });
    };
    document.readyState === 'loading' ? addEventListener('DOMContentLoaded', start) : start();
";

/// The error message after a wrong password.
const REFUSAL: &str = "The email or the password is wrong.";

/// Ways to replace the text node.
const WAYS: [&str; 3] = [
    "parent.insertBefore(outer, text); text.remove();",
    "text.replaceWith(outer);",
    // Some extensions wrap the original text node in an element.
    "parent.insertBefore(outer, text); inner.textContent = ''; inner.append(text);",
];

/// Works like an extension that changes text nodes in place, and attributes of all elements.
const EXTENSION: &str = r"
    const change = (node) => {
        if (node.nodeType === Node.TEXT_NODE) { if (/plain|honest/.test(node.data)) node.data = node.data.replace(/plain|honest/, 'cloudy'); return; }
        if (node.nodeType !== Node.ELEMENT_NODE || node.closest('script, style')) return;
        node.setAttribute('data-extension', '');
        node.setAttribute('dir', 'ltr');
        node.classList.add('extension');
        node.removeAttribute('aria-busy');
        node.childNodes.forEach(change);
    };
    addEventListener('DOMContentLoaded', () => {
        change(document.body);
        new MutationObserver((records) => {
            for (const { target, addedNodes } of records) { if (target.nodeType === Node.TEXT_NODE) change(target); addedNodes.forEach(change); }
        }).observe(document.body, { childList: true, subtree: true, characterData: true });
    });
";

async fn translate_every_page(stage: &Stage, way: &str) -> anyhow::Result<()> {
    stage.browser.before_each_page(&TRANSLATOR.replace("INSERT", way)).await
}

async fn assert_changed(stage: &Stage, selector: &str) -> anyhow::Result<()> {
    let found = stage.browser.run(&format!("return document.querySelectorAll('{selector}').length")).await?;
    assert!(found.as_u64() > Some(0), "{selector}: {found}");
    Ok(())
}

#[test]
fn signing_in_and_out_and_changing_a_name_work_on_translated_pages() {
    for way in WAYS {
        story(async |stage| {
            translate_every_page(stage, way).await?;
            walk_through_app(stage, "main font").await
        });
    }
}

#[test]
fn the_same_works_on_pages_whose_texts_and_attributes_an_extension_changes() {
    story(async |stage| {
        stage.browser.before_each_page(EXTENSION).await?;
        walk_through_app(stage, "main [data-extension]").await
    });
}

/// Signs in, at first with a wrong password, visits the pages, changes the name and signs out. Asserts that on each page the
/// selector `changed` matches an element.
async fn walk_through_app(stage: &Stage, changed: &str) -> anyhow::Result<()> {
    stage.browser.visit("/").await?;
    assert_changed(stage, changed).await?;
    stage.browser.click(Role::Link, "Sign in").await?;
    stage.browser.arrive("/auth").await?;
    stage.submit(EMAIL, "wrong").await?;
    stage.browser.until("the error message", |now| now.shows(REFUSAL)).await?;
    stage.browser.run("document.querySelector('#password').value = ''").await?;
    stage.browser.fill("Password", PASSWORD).await?;
    stage.browser.click(Role::Button, "Sign in").await?;
    stage.browser.arrive("/dashboard").await?;
    for (link, path) in [("Account", "/account"), ("Sessions", "/sessions"), ("Home", "/"), ("Account", "/account")] {
        stage.follow(link, path).await?;
        assert_changed(stage, changed).await?;
    }
    stage.browser.fill("Name", ", Countess").await?;
    stage.browser.click(Role::Button, "Save name").await?;
    let countess = format!("You are signed in as {NAME}, Countess.");
    stage.browser.until("the new name", |now| now.shows(&countess) && !now.toasts.is_empty()).await?;
    stage.browser.click(Role::Button, "Sign out").await?;
    let now = stage.browser.arrive("/auth").await?;
    assert!(!now.shows(NAME), "{now:?}");
    let signed_out = |now: &Snapshot| now.toasts.iter().any(|toast| toast.contains("You have signed out."));
    stage.browser.until("the toast", signed_out).await?;
    Ok(())
}

#[test]
fn a_sign_in_in_another_tab_shows_on_a_translated_home_page() {
    story(async |stage| {
        translate_every_page(stage, WAYS[0]).await?;
        stage.browser.visit("/").await?;
        let home = stage.browser.tab().await?;
        stage.browser.open_tab().await?;
        stage.sign_in().await?;
        stage.browser.switch_to(&home).await?;
        stage.browser.until("who is signed in", |now| now.shows("Continue as") && now.shows(NAME)).await?;
        stage.revoke_session().await?;
        let gone = |now: &Snapshot| !now.shows(NAME) && now.shows("Go to sign-in");
        stage.browser.until("the signed-out page", gone).await?;
        Ok(())
    });
}

#[test]
fn countdowns_and_toasts_move_on_translated_pages() {
    story_with(&["--session-lifetime", "14s"], async |stage| {
        translate_every_page(stage, WAYS[0]).await?;
        stage.sign_in().await?;
        let mut seen = BTreeSet::new();
        let line = "return document.querySelector('.lk-end-warning__line')?.innerText ?? ''";
        let look = async || {
            seen.extend(stage.browser.run(line).await?.as_str().filter(|line| !line.is_empty()).map(str::to_owned));
            Ok(seen.len())
        };
        eventually("a countdown that moves", look, |seen| *seen >= 3).await?;
        let now = stage.browser.until_late("the end", |now| now.path() == "/auth" && !now.toasts.is_empty()).await?;
        assert!(now.toasts[0].contains("Session expired"), "{now:?}");
        stage.browser.until_late("no toast", |now| now.toasts.is_empty()).await?;
        Ok(())
    });
}
