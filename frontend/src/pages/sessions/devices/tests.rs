//! The list and its changes.

use latchkey_shared::Timestamp;

use super::*;

fn device(id: &str) -> Device {
    let then = Timestamp("2026-11-24T08:00:00Z".into());
    let mut device = Device::new(SessionId(id.into()), then.clone(), then.clone(), then);
    device.current = id == "here";
    device
}

fn listed(ids: &[&str]) -> Change {
    Change::Listed(ids.iter().map(|id| device(id)).collect())
}

/// The ids that are listed after these changes.
fn after(changes: impl IntoIterator<Item = Change>) -> Vec<String> {
    let devices = changes.into_iter().fold(Rc::<Devices>::default(), Devices::reduce);
    devices.listed().unwrap_or_default().iter().map(|device| device.id.0.clone()).collect()
}

/// The person ended some, and the server did.
fn ended(which: Which) -> [Change; 2] {
    [Change::EndAsked(which), Change::Ended]
}

fn one(id: &str) -> Which {
    Which::One(SessionId(id.into()))
}

#[test]
fn nothing_is_known_until_the_server_tells() {
    assert_eq!(Devices::default().listed(), None);
    assert_eq!(after([listed(&["here", "a"])]), ["here", "a"]);
}

#[test]
fn this_device_comes_first_and_the_others_as_the_server_told_them() {
    assert_eq!(after([listed(&["a", "b", "here", "c"])]), ["here", "a", "b", "c"]);
}

#[test]
fn a_wish_ends_nothing_until_the_server_did() {
    assert_eq!(after([listed(&["here", "a"]), Change::EndAsked(one("a"))]), ["here", "a"]);
}

#[test]
fn what_ended_goes_and_a_late_list_does_not_bring_it_back() {
    let all = ["here", "a", "b"];
    let changes = [listed(&all)].into_iter().chain(ended(one("a"))).chain([listed(&all)]);
    assert_eq!(after(changes), ["here", "b"]);
}

#[test]
fn this_device_stays_when_all_others_end() {
    let changes = [listed(&["a", "here", "b"])].into_iter().chain(ended(Which::Others)).chain([listed(&["here", "c"])]);
    assert_eq!(after(changes), ["here", "c"]);
}
