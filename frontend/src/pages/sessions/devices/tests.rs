use latchkey_shared::Timestamp;

use super::*;

fn device(id: &str) -> Device {
    let then = Timestamp("2026-11-24T08:00:00Z".into());
    let mut device = Device::new(SessionId(id.into()), then.clone(), then.clone(), then);
    device.current = id == "current";
    device
}

fn listed(ids: &[&str]) -> DeviceAction {
    DeviceAction::Listed(ids.iter().map(|id| device(id)).collect())
}

/// The ids that are listed after these actions.
fn after(actions: impl IntoIterator<Item = DeviceAction>) -> Vec<String> {
    let devices = actions.into_iter().fold(Rc::<DeviceList>::default(), DeviceList::reduce);
    devices.listed().unwrap_or_default().iter().map(|device| device.id.0.clone()).collect()
}

/// The user asked to end sessions, and the server ended them.
fn ended(target: EndTarget) -> [DeviceAction; 2] {
    [DeviceAction::EndRequested(target), DeviceAction::Ended]
}

fn one(id: &str) -> EndTarget {
    EndTarget::One(SessionId(id.into()))
}

#[test]
fn the_list_is_unknown_until_the_server_returns_it() {
    assert_eq!(DeviceList::default().listed(), None);
    assert_eq!(after([listed(&["current", "a"])]), ["current", "a"]);
}

#[test]
fn the_current_device_comes_first_and_the_others_in_the_servers_order() {
    assert_eq!(after([listed(&["a", "b", "current", "c"])]), ["current", "a", "b", "c"]);
}

#[test]
fn a_session_stays_listed_until_the_server_has_ended_it() {
    assert_eq!(after([listed(&["current", "a"]), DeviceAction::EndRequested(one("a"))]), ["current", "a"]);
}

#[test]
fn an_ended_session_is_removed_and_a_late_list_does_not_restore_it() {
    let all = ["current", "a", "b"];
    let actions = [listed(&all)].into_iter().chain(ended(one("a"))).chain([listed(&all)]);
    assert_eq!(after(actions), ["current", "b"]);
}

#[test]
fn the_current_device_stays_when_all_others_end() {
    let actions =
        [listed(&["a", "current", "b"])].into_iter().chain(ended(EndTarget::Others)).chain([listed(&["current", "c"])]);
    assert_eq!(after(actions), ["current", "c"]);
}
