//! Where a person is signed in, and ending it there. Where that wants a fresh proof of the password, the calls ask for it.

mod device_name;
mod devices;

use latchkey_shared::{Device, Timestamp};
use yew::prelude::*;

use self::devices::{Change, Devices, Which};
use super::submission::use_submission;
use crate::api;
use crate::browser::dates;
use crate::components::PageHeading;
use crate::components::duration;
use latchkey_yew::browser::use_clock;
use latchkey_yew::components::{Button, page_skeleton, submission_error};
use latchkey_yew::toast::{Toast, use_toasts};
use latchkey_yew::{use_api, use_session, use_sign_out, use_texts};

/// The sessions page.
#[component]
pub fn Sessions() -> Html {
    let (view, calls, toasts, sign_out) = (use_session(), use_api(), use_toasts(), use_sign_out());
    let texts = use_texts();
    let devices = use_reducer(Devices::default);
    let (listing, ending) = (use_submission(), use_submission());
    // How long ago something was changes while nothing else does.
    use_clock(10_000);

    let list = {
        let (devices, listing, calls) = (devices.dispatcher(), listing.clone(), calls.clone());
        Callback::from(move |()| {
            let (devices, calls) = (devices.clone(), calls.clone());
            listing.start(async move {
                devices.dispatch(Change::Listed(api::devices(&calls).await?));
                Ok(())
            });
        })
    };
    let end = {
        let (devices, ending) = (devices.clone(), ending.clone());
        Callback::from(move |which: Which| {
            let (devices, calls, toasts) = (devices.clone(), calls.clone(), toasts.for_this_user());
            devices.dispatch(Change::EndAsked(which.clone()));
            ending.start(async move {
                let words = match &which {
                    Which::One(id) => {
                        api::end_device(&calls, id).await?;
                        ["Ended the session on ", &devices.name(id), "."].concat()
                    }
                    Which::Others => {
                        let ended = api::end_other_devices(&calls).await?.ended;
                        ["Ended ", &duration::count(ended, "other session"), "."].concat()
                    }
                };
                devices.dispatch(Change::Ended);
                toasts.show(Toast::success("devices", "Signed out elsewhere").detail(words));
                Ok(())
            });
        })
    };

    // Another session is another view of the list.
    {
        let list = list.clone();
        let session = view.active().map(|active| active.session.id.clone());
        use_effect_with(session, move |_| list.emit(()));
    }

    let pending = |which: &Which| ending.pending() && devices.ending() == Some(which);
    let item = |device: &Device| {
        let which = Which::One(device.id.clone());
        let name = devices.name(&device.id);
        let button = Button { class: "lk-button--quiet", blocked: ending.pending(), ..Button::default() };
        let button = if device.current {
            let onclick = sign_out.submit.clone();
            Button { label: Some("End session: this device".into()), onclick, ..button }
        } else {
            let label = Some(["End session: ", &name].concat().into());
            let (pending, end) = (pending(&which), end.clone());
            Button { label, pending, onclick: Callback::from(move |()| end.emit(which.clone())), ..button }
        };
        device_item(device, name, button)
    };
    let end_others = {
        let end = end.clone();
        let onclick = Callback::from(move |()| end.emit(Which::Others));
        let (pending, blocked) = (pending(&Which::Others), ending.pending());
        Button { class: "lk-button--quiet", pending, blocked, onclick, ..Button::default() }
    };
    let again = Button { class: "lk-button--quiet", pending: listing.pending(), onclick: list, ..Button::default() };
    html! {
        <article class="page">
            <div class="page__head">
                <PageHeading title="Sessions">{ "Sessions" }</PageHeading>
                <p class="lead">{ "Every browser and program that is signed in as you." }</p>
            </div>
            <div class="form">
                { submission_error(&texts, ending.error(), None, ending.pending()) }
                { submission_error(&texts, listing.error(), None, listing.pending()) }
                <div class="lk-submission">
                    if listing.error().is_some() {
                        { again.view("Try again") }
                    }
                </div>
                if let Some(listed) = devices.listed() {
                    <ul class="devices">{ for listed.iter().map(item) }</ul>
                    <div class="devices__others">
                        if listed.iter().any(|device| !device.current) {
                            { end_others.view("End all other sessions") }
                            <p>{ "Do you not recognise one? End it, and change your password." }</p>
                        } else {
                            <p>{ "You are signed in nowhere else." }</p>
                        }
                    </div>
                } else if listing.error().is_none() {
                    { page_skeleton() }
                }
            </div>
        </article>
    }
}

fn device_item(device: &Device, name: String, button: Button) -> Html {
    html! {
        <li key={device.id.0.as_str()} class="device">
            <h2>
                { name }
                if device.current {
                    <span class="device__here">{ "This device" }</span>
                }
            </h2>
            <p>
                { "Last seen " }{ last_seen(device) }
                { ", signed in " }{ ago(&device.created_at) }
                { device.ip.as_ref().map(|ip| [" from ", ip].concat()) }
            </p>
            { button.view("End") }
        </li>
    }
}

/// Whoever looks at this is here now, whatever the server has written down.
fn last_seen(device: &Device) -> Html {
    if device.current {
        html! { "now" }
    } else {
        ago(&device.last_seen_at)
    }
}

fn ago(instant: &Timestamp) -> Html {
    html! { <time datetime={instant.0.clone()} title={dates::in_words(instant)}>{ dates::ago(instant) }</time> }
}
