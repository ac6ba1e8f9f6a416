//! One note, to be read, changed and deleted.

use latchkey_yew::{ErrorCode, use_api, use_toasts};
use notes_types::{Draft, Note, TEXT_MAX, TITLE_MAX};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;
use yew_router::prelude::*;

use crate::pages::NotFound;
use crate::route::Route;

#[derive(PartialEq, Properties)]
pub struct EditorProps {
    pub id: i64,
}

enum Saved {
    Loading,
    Missing,
    Failed(String),
    Note(Note),
}

#[component]
pub fn Editor(&EditorProps { id }: &EditorProps) -> Html {
    let (api, toasts, navigator) = (use_api(), use_toasts(), use_navigator().expect("the app has a router"));
    let saved = use_state(|| Saved::Loading);
    let (title, text) = (use_node_ref(), use_node_ref());
    let address = format!("/api/notes/{id}");

    {
        let (api, address, saved) = (api.clone(), address.clone(), saved.setter());
        use_effect_with(id, move |_| {
            spawn_local(async move {
                saved.set(match api.get(address).send::<Note>().await {
                    Ok(note) => Saved::Note(note),
                    Err(error) if error.is(ErrorCode::NotFound) => Saved::Missing,
                    Err(error) => Saved::Failed(error.to_string()),
                });
            });
        });
    }

    let save = {
        let (api, toasts, address) = (api.clone(), toasts.clone(), address.clone());
        let (saved, title, text) = (saved.setter(), title.clone(), text.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let title = title.cast::<HtmlInputElement>().map(|field| field.value()).unwrap_or_default();
            let text = text.cast::<HtmlTextAreaElement>().map(|field| field.value()).unwrap_or_default();
            let draft = Draft { title, text };
            if let Some(mistake) = draft.mistake() {
                return toasts.error(mistake);
            }
            let (api, toasts, address, saved) = (api.clone(), toasts.clone(), address.clone(), saved.clone());
            spawn_local(async move {
                match api.put(address).json(&draft).send::<Note>().await {
                    Ok(note) => {
                        saved.set(Saved::Note(note));
                        toasts.success("Saved.");
                    }
                    Err(error) => toasts.error(error.to_string()),
                }
            });
        })
    };

    let delete = Callback::from(move |_: MouseEvent| {
        let (api, toasts, address, navigator) = (api.clone(), toasts.clone(), address.clone(), navigator.clone());
        spawn_local(async move {
            match api.delete(address).send_empty().await {
                Ok(()) => navigator.push(&Route::Notes),
                Err(error) => toasts.error(error.to_string()),
            }
        });
    });

    match &*saved {
        Saved::Loading => html! { <p class="lead" aria-busy="true">{ "Loading…" }</p> },
        Saved::Missing => html! { <NotFound /> },
        Saved::Failed(reason) => html! { <p class="lead" role="alert">{ reason }</p> },
        Saved::Note(note) => html! {
            <>
                <h1>{ &note.title }</h1>
                // The browser keeps what is typed; `defaultValue` is what is saved.
                <form class="sheet" onsubmit={save}>
                    <label for="title">{ "Title" }</label>
                    <input id="title" ref={title} maxlength={TITLE_MAX.to_string()} ~defaultValue={note.title.as_str()} />
                    <label for="text">{ "Text" }</label>
                    <textarea id="text" ref={text} maxlength={TEXT_MAX.to_string()} ~defaultValue={note.text.as_str()} />
                    <div class="row">
                        <button class="action">{ "Save" }</button>
                        <button class="action quiet" type="button" onclick={delete}>{ "Delete" }</button>
                    </div>
                </form>
            </>
        },
    }
}
