//! The state of the list of devices.

use std::rc::Rc;

use latchkey_shared::{Device, SessionId};
use yew::Reducible;

use super::device_name;

/// The sessions that the user asks to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EndTarget {
    /// One session.
    One(SessionId),
    /// All but the current one.
    Others,
}

/// An action on the list.
#[derive(Clone, Debug)]
pub(super) enum DeviceAction {
    /// The server returned the list.
    Listed(Vec<Device>),
    /// The user asked to end sessions.
    EndRequested(EndTarget),
    /// The server ended them.
    Ended,
}

/// The list of the user's sessions.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct DeviceList {
    listed: Option<Vec<Device>>,
    ending: Option<EndTarget>,
    /// Sessions that were ended on this page. A list that was requested before may still contain them.
    ended: Vec<SessionId>,
}

impl DeviceList {
    /// The devices, once the server has returned them.
    pub(super) fn listed(&self) -> Option<&[Device]> {
        self.listed.as_deref()
    }

    /// The display name of a device.
    pub(super) fn name(&self, id: &SessionId) -> String {
        device_name::unique_name(self.listed().unwrap_or_default(), id)
    }

    /// The sessions that are being ended.
    pub(super) fn ending(&self) -> Option<&EndTarget> {
        self.ending.as_ref()
    }
}

impl Reducible for DeviceList {
    type Action = DeviceAction;

    fn reduce(self: Rc<Self>, action: DeviceAction) -> Rc<Self> {
        let Self { mut listed, mut ending, mut ended } = Rc::unwrap_or_clone(self);
        match action {
            DeviceAction::Listed(mut devices) => {
                // The current session comes first.
                if let Some(current) = devices.iter().position(|device| device.current) {
                    devices[..=current].rotate_right(1);
                }
                listed = Some(devices);
            }
            DeviceAction::EndRequested(target) => ending = Some(target),
            DeviceAction::Ended => match ending.take() {
                Some(EndTarget::One(id)) => ended.push(id),
                Some(EndTarget::Others) => {
                    let others = listed.iter().flatten().filter(|device| !device.current);
                    ended.extend(others.map(|device| device.id.clone()));
                }
                None => {}
            },
        }
        if let Some(devices) = &mut listed {
            devices.retain(|device| !ended.contains(&device.id));
        }
        Rc::new(Self { listed, ending, ended })
    }
}

#[cfg(test)]
mod tests;
