//! The name of a device, from its user agent. User agents contain the names of other browsers, so the order matters.

use latchkey_shared::{Device, SessionId};

const PROGRAMS: [(&str, &str); 11] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("Wget/", "Wget"),
    ("python-requests/", "Python"),
];

const SYSTEMS: [(&str, &str); 8] = [
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
    ("X11", "Unix"),
];

/// The name of one of several devices. Devices with the same name are numbered.
pub(super) fn unique_name(devices: &[Device], id: &SessionId) -> String {
    let of = |device: &Device| of(device.user_agent.as_deref().unwrap_or_default());
    let name = devices.iter().find(|device| device.id == *id).map(of).unwrap_or_default();
    let mut alike = devices.iter().filter(|device| of(device) == name);
    let place = alike.position(|device| device.id == *id).unwrap_or_default();
    if place == 0 && alike.next().is_none() { name } else { format!("{name} ({})", place + 1) }
}

/// The name for a user agent: `Firefox on Linux`.
fn of(user_agent: &str) -> String {
    let find = |known: &[(&str, &'static str)]| {
        let found = known.iter().find(|(mark, _)| contains(user_agent, mark));
        found.map(|(_, name)| *name)
    };
    match (find(&PROGRAMS), find(&SYSTEMS)) {
        (Some(program), Some(system)) => format!("{program} on {system}"),
        (Some(program), None) => program.to_owned(),
        (None, Some(system)) => format!("Unknown program on {system}"),
        (None, None) => "Unknown device".to_owned(),
    }
}

/// Whether a text contains another. The standard library's faster search would add two kilobytes of code.
fn contains(text: &str, mark: &str) -> bool {
    text.as_bytes().windows(mark.len()).any(|part| part == mark.as_bytes())
}

#[cfg(test)]
mod tests;
