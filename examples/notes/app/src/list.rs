//! All notes of the user.

use latchkey_yew::{use_api, use_toasts};
use notes_types::{Draft, Note};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_router::prelude::*;

use crate::route::Route;

#[component]
pub fn List() -> Html {
    let (api, toasts, navigator) = (use_api(), use_toasts(), use_navigator().expect("the app has a router"));
    let notes = use_state(|| None::<Result<Vec<Note>, String>>);

    {
        let (api, notes) = (api.clone(), notes.setter());
        use_effect_with((), move |()| {
            spawn_local(async move {
                let all = api.get("/api/notes").send::<Vec<Note>>().await;
                notes.set(Some(all.map_err(|error| error.to_string())));
            });
        });
    }

    let add = Callback::from(move |_: MouseEvent| {
        let (api, toasts, navigator) = (api.clone(), toasts.clone(), navigator.clone());
        spawn_local(async move {
            let draft = Draft { title: "New note".to_owned(), ..Draft::default() };
            match api.post("/api/notes").json(&draft).send::<Note>().await {
                Ok(note) => navigator.push(&Route::Note { id: note.id }),
                Err(error) => toasts.error(error.to_string()),
            }
        });
    });

    html! {
        <>
            <div class="row">
                <h1>{ "My notes" }</h1>
                <button class="action" onclick={add}>{ "New note" }</button>
            </div>
            { notes.as_ref().map(entries) }
        </>
    }
}

fn entries(notes: &Result<Vec<Note>, String>) -> Html {
    match notes {
        Err(reason) => html! { <p class="lead" role="alert">{ reason }</p> },
        Ok(notes) if notes.is_empty() => html! { <p class="lead">{ "Nothing yet. Write the first one." }</p> },
        Ok(notes) => html! { <ul class="notes">{ for notes.iter().map(entry) }</ul> },
    }
}

fn entry(note: &Note) -> Html {
    html! {
        <li key={note.id}>
            <Link<Route> to={Route::Note { id: note.id }}>
                <strong>{ &note.title }</strong>
                <p>{ &note.text }</p>
            </Link<Route>>
        </li>
    }
}
