//! The toaster as people meet it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::future::sleep;
use latchkey_yew::toast::{Toast, ToastProvider, Toaster, ToasterPlace, Toasts, Tone, use_toaster_place, use_toasts};
use wasm_bindgen_test::wasm_bindgen_test;
use yew::prelude::*;

use latchkey_test_kit::page::press;
use latchkey_test_kit::{Page, settle};

#[derive(Clone, PartialEq, Properties)]
struct HostProps {
    tell: Callback<Toasts>,
}

#[component]
fn Inner(props: &HostProps) -> Html {
    props.tell.emit(use_toasts());
    html! { <div><Toaster /></div> }
}

#[component]
fn Host(props: &HostProps) -> Html {
    html! { <ToastProvider><Inner tell={props.tell.clone()} /></ToastProvider> }
}

async fn host() -> (Page, Toasts) {
    let told = Rc::<RefCell<Option<Toasts>>>::default();
    let telling = Rc::clone(&told);
    let tell = Callback::from(move |toasts| *telling.borrow_mut() = Some(toasts));
    let page = Page::mount::<Host>(HostProps { tell });
    settle().await;
    (page, told.take().unwrap())
}

fn toast(id: &'static str, lasts_ms: u64) -> Toast {
    Toast::new(id, id).tone(Tone::Warning).detail("More words.").duration(Duration::from_millis(lasts_ms))
}

async fn show(toasts: &Toasts, ids: &[&'static str]) {
    ids.iter().for_each(|id| toasts.show(toast(id, 60_000)));
    settle().await;
}

#[wasm_bindgen_test]
async fn the_live_region_is_there_before_the_first_toast() {
    let (page, _) = host().await;
    assert_eq!(page.count("section.lk-toaster[aria-live=polite][aria-label=Notifications] > ol"), 1);
    assert_eq!(page.count("li"), 0);
}

#[wasm_bindgen_test]
async fn a_toast_with_the_same_id_replaces_the_first() {
    let (page, toasts) = host().await;
    show(&toasts, &["session", "session"]).await;
    toasts.show(Toast::new("session", "Another title").tone(Tone::Warning).detail("More words."));
    settle().await;
    assert_eq!((page.count("li.lk-toast.lk-toast--warning"), page.text().as_str()), (1, "Another titleMore words."));
}

#[wasm_bindgen_test]
async fn its_button_closes_a_toast() {
    let (page, toasts) = host().await;
    show(&toasts, &["one", "two"]).await;
    page.find("li:first-child button[aria-label='Close notification']").unwrap().click();
    settle().await;
    assert_eq!((page.count("li"), page.text().contains("two")), (1, true));
}

#[wasm_bindgen_test]
async fn escape_closes_the_newest() {
    let (page, toasts) = host().await;
    show(&toasts, &["one", "two"]).await;
    press("Escape").await;
    assert_eq!((page.count("li"), page.text().contains("one")), (1, true));
    press("a").await;
    assert_eq!(page.count("li"), 1);
}

#[wasm_bindgen_test]
async fn escape_belongs_to_an_open_dialog_first() {
    let (page, toasts) = host().await;
    show(&toasts, &["one"]).await;
    let document = web_sys::window().unwrap().document().unwrap();
    let dialog = document.create_element("dialog").unwrap();
    dialog.set_attribute("open", "").unwrap();
    document.body().unwrap().append_child(&dialog).unwrap();
    press("Escape").await;
    dialog.remove();
    assert_eq!(page.count("li"), 1);
}

#[wasm_bindgen_test]
async fn a_toast_disappears_by_itself() {
    let (page, toasts) = host().await;
    toasts.show(toast("short", 1000));
    settle().await;
    assert_eq!(page.count("li"), 1);
    sleep(Duration::from_millis(1200)).await;
    settle().await;
    assert_eq!(page.count("li"), 0);
}

#[wasm_bindgen_test]
async fn closing_one_with_the_pointer_on_it_does_not_pause_the_others() {
    let (page, toasts) = host().await;
    show(&toasts, &["long"]).await;
    toasts.show(toast("short", 300));
    settle().await;
    page.event("li:first-child button", "mouseover").await;
    page.find("li:first-child button").unwrap().click();
    sleep(Duration::from_millis(400)).await;
    settle().await;
    assert_eq!(page.count("li"), 0);
}

#[wasm_bindgen_test]
async fn the_pointer_and_the_focus_pause_a_toast() {
    for (comes, goes) in [("mouseover", "mouseout"), ("focusin", "focusout")] {
        let (page, toasts) = host().await;
        toasts.show(toast("short", 1500));
        settle().await;
        page.event("li button", comes).await;
        sleep(Duration::from_millis(1700)).await;
        assert_eq!(page.count("li"), 1, "{comes}");
        page.event("li button", goes).await;
        sleep(Duration::from_millis(1700)).await;
        settle().await;
        assert_eq!(page.count("li"), 0, "{goes}");
    }
}

/// A toast with an action, and how often that was run.
async fn undo(toasts: &Toasts) -> Rc<Cell<u32>> {
    let runs = Rc::<Cell<u32>>::default();
    let counting = Rc::clone(&runs);
    let run = move |()| counting.set(counting.get() + 1);
    toasts.show(Toast::success("note-7", "Note deleted").action("Undo", run).duration(Duration::from_millis(300)));
    settle().await;
    runs
}

#[wasm_bindgen_test]
async fn the_action_is_a_button_for_the_keyboard_and_runs_once() {
    let (page, toasts) = host().await;
    let runs = undo(&toasts).await;
    let button = page.named("button", "Undo").unwrap();
    assert_eq!(
        (button.tag_name().as_str(), button.tab_index(), button.get_attribute("type").as_deref()),
        ("BUTTON", 0, Some("button"))
    );
    button.focus().unwrap();
    assert!(page.find("li:focus-within").is_some());
    // Enter and Space on a button are clicks; a second one may come before the toast is gone.
    button.click();
    button.click();
    settle().await;
    assert_eq!((runs.get(), page.count("li")), (1, 0));
}

#[wasm_bindgen_test]
async fn a_toast_with_an_action_is_shown_long_enough_to_reach_it() {
    let (page, toasts) = host().await;
    let runs = undo(&toasts).await;
    sleep(Duration::from_millis(700)).await;
    settle().await;
    assert_eq!((page.count("li"), runs.get()), (1, 0));
    page.find("button[aria-label='Close notification']").unwrap().click();
    settle().await;
    assert_eq!((page.count("li"), runs.get()), (0, 0));
}

#[wasm_bindgen_test]
async fn a_short_text_is_a_toast_and_the_same_text_is_not_shown_twice() {
    let (page, toasts) = host().await;
    toasts.success("Saved");
    toasts.success("Saved");
    toasts.error("Not saved");
    toasts.info("A newer version is there");
    settle().await;
    assert_eq!(page.count("li"), 3);
    toasts.dismiss("Not saved");
    settle().await;
    assert_eq!(page.text(), "SavedA newer version is there");
}

#[component]
fn Dialog() -> Html {
    use_toaster_place(ToasterPlace::Dialog);
    html! { <dialog><Toaster place={ToasterPlace::Dialog} /></dialog> }
}

#[derive(Clone, PartialEq, Properties)]
struct DialogsProps {
    tell: Callback<(Toasts, UseStateSetter<u32>)>,
}

#[component]
fn InnerWithDialogs(props: &DialogsProps) -> Html {
    let open = use_state(|| 0);
    props.tell.emit((use_toasts(), open.setter()));
    html! { <div><Toaster />{ for (0..*open).map(|number| html! { <Dialog key={number} /> }) }</div> }
}

#[component]
fn HostWithDialogs(props: &DialogsProps) -> Html {
    html! { <ToastProvider><InnerWithDialogs tell={props.tell.clone()} /></ToastProvider> }
}

#[wasm_bindgen_test]
async fn toasts_are_in_a_dialog_until_the_last_one_is_gone() {
    let told = Rc::<RefCell<Option<(Toasts, UseStateSetter<u32>)>>>::default();
    let telling = Rc::clone(&told);
    let tell = Callback::from(move |handles| *telling.borrow_mut() = Some(handles));
    let page = Page::mount::<HostWithDialogs>(DialogsProps { tell });
    settle().await;
    let (toasts, open) = told.take().unwrap();
    show(&toasts, &["session"]).await;
    for (dialogs, in_dialog, in_page) in [(0, 0, 1), (2, 2, 0), (1, 1, 0), (0, 0, 1)] {
        open.set(dialogs);
        settle().await;
        assert_eq!((page.count("dialog li"), page.count("div > .lk-toaster li")), (in_dialog, in_page), "{dialogs}");
    }
}
