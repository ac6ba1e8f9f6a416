//! The stylesheet among the styles of an app.

use latchkey_shared::EndReason;
use latchkey_test_kit::tab::Tab;
use latchkey_test_kit::wire::{VERIFY, embedded, verified};
use latchkey_test_kit::{Page, Server, settle};
use latchkey_yew::styles::STYLES;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

use crate::client::client;

/// What resets and careless apps say about elements.
const HOSTILE: &str = "
    * { box-sizing: content-box; }
    div, span, p, h2, ol, li, form, label, section, dialog, button, input {
        margin: 13px; padding: 17px; border: 5px solid lime; background: yellow; color: red;
        font: italic 900 31px / 3 fantasy; letter-spacing: 4px; text-align: right; text-transform: uppercase;
    }
    ol, li { list-style: square; }
    svg { width: 90px; height: 90px; fill: red; }
    [type=button], [type=submit], [type=password], [type=email], [type=checkbox] {
        background: transparent; border: 0; border-radius: 0; appearance: none; padding: 1px; height: 9px; width: 9px;
    }
";

fn add_style(css: &str) -> Element {
    let document = web_sys::window().unwrap().document().unwrap();
    let style = document.create_element("style").unwrap();
    style.set_text_content(Some(css));
    document.head().unwrap().append_child(&style).unwrap();
    style
}

/// How everything of the library's is drawn, an element a line.
fn drawn() -> Vec<String> {
    let script = "
        const names = ['display', 'boxSizing', 'margin', 'padding', 'border', 'borderRadius', 'backgroundColor', 'color', 'font',
            'letterSpacing', 'textAlign', 'textTransform', 'listStyle', 'width', 'height', 'fill', 'appearance'];
        // The guard holds the app's page, and the warning's box is as wide as what it stands in.
        const ours = document.querySelectorAll('[class*=\"lk-\"]:not(.lk-guard, .lk-end-warning)');
        return [...ours].map((element) => {
            const style = getComputedStyle(element);
            return `${element.getAttribute('class')}: ${names.map((name) => style[name]).join('; ')}`;
        }).join('\\n');";
    let drawn = js_sys::Function::new_no_args(script).call0(&wasm_bindgen::JsValue::NULL).unwrap();
    drawn.as_string().unwrap().lines().map(str::to_owned).collect()
}

/// The dialog, the form in it and a toast.
async fn everything(server: &Server) -> Page {
    server.replies(VERIFY, verified(600, 1));
    let (page, _client) = client("/notes/7", embedded()).await;
    page.fill("#work", "half a sentence");
    Tab::open().sends_end(EndReason::SessionRevoked).await;
    web_sys::window().unwrap().dispatch_event(&web_sys::Event::new("focus").unwrap()).unwrap();
    settle().await;
    page.click("Sign in").await;
    assert_eq!((page.count("dialog[open] .lk-field__error"), page.count(".lk-toast")), (1, 1));
    page
}

#[wasm_bindgen_test]
async fn the_styles_of_app_and_library_do_not_affect_each_other() {
    let server = Server::start();
    let _page = everything(&server).await;
    let style = add_style(&format!("{STYLES} * {{ transition: none !important; }}"));
    let alone = drawn();
    let hostile = add_style(HOSTILE);
    let among = drawn();
    hostile.remove();
    style.remove();
    assert!(alone.len() > 20, "{alone:#?}");
    let changed: Vec<_> = alone.iter().zip(&among).filter(|(alone, among)| alone != among).collect();
    assert!(changed.is_empty(), "{changed:#?}");
}

#[wasm_bindgen_test]
async fn colours_are_the_apps_wherever_its_styles_stand_and_dark_follows_its_color_scheme() {
    let server = Server::start();
    let _page = everything(&server).await;
    let own = ":root { --lk-surface: rgb(1, 2, 3); }";
    for order in [[own, STYLES], [STYLES, own]] {
        let styles = order.map(add_style);
        assert!(drawn().iter().any(|line| line.starts_with("lk-reauth: ") && line.contains("rgb(1, 2, 3)")));
        styles.iter().for_each(Element::remove);
    }
    let styles = [STYLES, ":root { color-scheme: light; }", ":root { color-scheme: dark; }"].map(add_style);
    let dark = drawn();
    styles[2].remove();
    let light = drawn();
    styles.iter().for_each(Element::remove);
    assert_ne!(dark, light);
}
