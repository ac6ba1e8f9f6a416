//! The list of devices, and how it changes. Pure.

use std::rc::Rc;

use latchkey_shared::{Device, SessionId};
use yew::Reducible;

use super::device_name;

/// Which sessions are to end, or have ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// This one.
    One(SessionId),
    /// All but the one that asks.
    Others,
}

/// What happened to the list.
#[derive(Clone, Debug)]
pub(super) enum Change {
    /// The server told it.
    Listed(Vec<Device>),
    /// The person asked to end some.
    EndAsked(Which),
    /// The server ended them.
    Ended,
}

/// The list, as far as it is known.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Devices {
    listed: Option<Vec<Device>>,
    ending: Option<Which>,
    /// Those that ended here: a list that was asked for before may still hold them.
    ended: Vec<SessionId>,
}

impl Devices {
    /// The devices, once the server has told them.
    pub(super) fn listed(&self) -> Option<&[Device]> {
        self.listed.as_deref()
    }

    /// The name of one of them.
    pub(super) fn name(&self, id: &SessionId) -> String {
        device_name::among(self.listed().unwrap_or_default(), id)
    }

    /// Those that the person asked to end last, until the server has.
    pub(super) fn ending(&self) -> Option<&Which> {
        self.ending.as_ref()
    }
}

impl Reducible for Devices {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let Self { mut listed, mut ending, mut ended } = Rc::unwrap_or_clone(self);
        match change {
            Change::Listed(mut devices) => {
                // This one first.
                if let Some(here) = devices.iter().position(|device| device.current) {
                    devices[..=here].rotate_right(1);
                }
                listed = Some(devices);
            }
            Change::EndAsked(which) => ending = Some(which),
            Change::Ended => match ending.take() {
                Some(Which::One(id)) => ended.push(id),
                Some(Which::Others) => {
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
