//! A modal dialog makes everything outside it inert. Toasts stay usable.

use latchkey_shared::EndReason;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::app::open;
use latchkey_test_kit::tab::Tab;
use latchkey_test_kit::wire::{VERIFY, embedded, verified};
use latchkey_test_kit::{Page, Server, settle};

/// A page with something typed into it, the dialog over it, and the toast that says why.
async fn dialog_and_toast(server: &Server) -> Page {
    server.replies(VERIFY, verified(600, 1));
    let page = open("/account", embedded()).await;
    page.fill("#name", "Half a na");
    Tab::open().sends_end(EndReason::SessionExpired).await;
    web_sys::window().unwrap().dispatch_event(&web_sys::Event::new("focus").unwrap()).unwrap();
    settle().await;
    page
}

/// Whether a click at the middle of an element would meet it, or something inside it.
fn can_be_clicked(page: &Page, selector: &str) -> bool {
    let element = page.find(selector).unwrap();
    element.scroll_into_view();
    let bounds = element.get_bounding_client_rect();
    let (x, y) = (bounds.x() + bounds.width() / 2.0, bounds.y() + bounds.height() / 2.0);
    let document = web_sys::window().unwrap().document().unwrap();
    #[expect(clippy::cast_possible_truncation, reason = "a point on the screen")]
    let met = document.element_from_point(x as f32, y as f32);
    met.is_some_and(|met| element.contains(Some(&met)))
}

#[wasm_bindgen_test]
async fn a_toast_over_a_dialog_can_be_clicked_and_focused_and_is_announced() {
    let server = Server::start();
    let page = dialog_and_toast(&server).await;
    assert_eq!((page.count("dialog[open]"), page.count(".lk-toast")), (1, 1));
    assert_eq!(page.count("dialog[open] section[aria-live=polite][aria-label=Notifications] .lk-toast"), 1);
    let close = page.find(".lk-toast__close").unwrap();
    assert!(can_be_clicked(&page, ".lk-toast__close"));
    close.focus().unwrap();
    let focused = web_sys::window().unwrap().document().unwrap().active_element().unwrap();
    assert_eq!(focused.class_name(), "lk-toast__close");
    close.click();
    settle().await;
    assert_eq!((page.count(".lk-toast"), page.count("dialog[open]")), (0, 1));
}

#[wasm_bindgen_test]
async fn when_the_dialog_closes_the_toast_moves_to_the_page() {
    let server = Server::start();
    let page = dialog_and_toast(&server).await;
    page.click("Leave").await;
    assert_eq!((page.count("dialog .lk-toast"), page.count(".lk-toaster[aria-label=Notifications] .lk-toast")), (0, 1));
}
