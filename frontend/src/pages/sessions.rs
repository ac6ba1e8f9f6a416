//! The user's sessions, and ending them. If the server asks for a re-authentication, the API client opens its dialog.

mod device_name;
mod devices;

use latchkey_shared::{Device, Timestamp};
use yew::prelude::*;

use self::devices::{DeviceAction, DeviceList, EndTarget};
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
    let (view, client, toasts, sign_out) = (use_session(), use_api(), use_toasts(), use_sign_out());
    let texts = use_texts();
    let devices = use_reducer(DeviceList::default);
    let (listing, ending) = (use_submission(), use_submission());
    // The relative times change without any other update.
    use_clock(10_000);

    let list = {
        let (devices, listing, client) = (devices.dispatcher(), listing.clone(), client.clone());
        Callback::from(move |()| {
            let (devices, client) = (devices.clone(), client.clone());
            listing.start(async move {
                devices.dispatch(DeviceAction::Listed(api::devices(&client).await?));
                Ok(())
            });
        })
    };
    let end = {
        let (devices, ending) = (devices.clone(), ending.clone());
        Callback::from(move |target: EndTarget| {
            let (devices, client, toasts) = (devices.clone(), client.clone(), toasts.for_this_user());
            devices.dispatch(DeviceAction::EndRequested(target.clone()));
            ending.start(async move {
                let message = match &target {
                    EndTarget::One(id) => {
                        api::end_device(&client, id).await?;
                        ["Ended the session on ", &devices.name(id), "."].concat()
                    }
                    EndTarget::Others => {
                        let ended = api::end_other_devices(&client).await?.ended;
                        ["Ended ", &duration::count(ended, "other session"), "."].concat()
                    }
                };
                devices.dispatch(DeviceAction::Ended);
                toasts.show(Toast::success("devices", "Signed out elsewhere").detail(message));
                Ok(())
            });
        })
    };

    // With another session, another entry of the list is the current one.
    {
        let list = list.clone();
        let session = view.active().map(|active| active.session.id.clone());
        use_effect_with(session, move |_| list.emit(()));
    }

    let pending = |target: &EndTarget| ending.pending() && devices.ending() == Some(target);
    let item = |device: &Device| {
        let target = EndTarget::One(device.id.clone());
        let name = devices.name(&device.id);
        let button = Button { class: "lk-button--quiet", blocked: ending.pending(), ..Button::default() };
        let button = if device.current {
            let onclick = sign_out.submit.clone();
            Button { label: Some("End session: this device".into()), onclick, ..button }
        } else {
            let label = Some(["End session: ", &name].concat().into());
            let (pending, end) = (pending(&target), end.clone());
            Button { label, pending, onclick: Callback::from(move |()| end.emit(target.clone())), ..button }
        };
        device_item(device, name, button)
    };
    let end_others = {
        let end = end.clone();
        let onclick = Callback::from(move |()| end.emit(EndTarget::Others));
        let (pending, blocked) = (pending(&EndTarget::Others), ending.pending());
        Button { class: "lk-button--quiet", pending, blocked, onclick, ..Button::default() }
    };
    let retry = Button { class: "lk-button--quiet", pending: listing.pending(), onclick: list, ..Button::default() };
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
                        { retry.view("Try again") }
                    }
                </div>
                if let Some(listed) = devices.listed() {
                    <ul class="devices">{ for listed.iter().map(item) }</ul>
                    <div class="devices__others">
                        if listed.iter().any(|device| !device.current) {
                            { end_others.view("End all other sessions") }
                            <p>{ "If you do not recognise one, end it and change your password." }</p>
                        } else {
                            <p>{ "You have no other sessions." }</p>
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

/// When the device was last seen; the current one is in use now, whatever the server has stored.
fn last_seen(device: &Device) -> Html {
    if device.current {
        html! { "now" }
    } else {
        ago(&device.last_seen_at)
    }
}

fn ago(instant: &Timestamp) -> Html {
    html! { <time datetime={instant.0.clone()} title={dates::in_words(instant)}>{ duration::ago_in_words(dates::seconds_since(instant)) }</time> }
}
