use latchkey_shared::Timestamp;

use super::*;

#[test]
fn a_device_is_named_by_program_and_system() {
    let webkit = "AppleWebKit/537.36 (KHTML, like Gecko)";
    for (user_agent, name) in [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0".into(), "Firefox on Linux"),
        (format!("Mozilla/5.0 (X11; Linux x86_64) {webkit} HeadlessChrome/150.0.0.0 Safari/537.36"), "Chrome on Linux"),
        (format!("Mozilla/5.0 (Linux; Android 10; K) {webkit} Chrome/150.0 Mobile Safari/537.36"), "Chrome on Android"),
        (
            format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {webkit} Chrome/150.0 Safari/537.36 Edg/150.0"),
            "Edge on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
             Version/18.6 Mobile/15E148 Safari/604.1"
                .into(),
            "Safari on iPhone",
        ),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.6 Safari/605.1.15".into(), "Safari on Mac"),
        ("Mozilla/5.0 (iPad; CPU OS 18_6) FxiOS/143.0 Mobile Safari/605.1.15".into(), "Firefox on iPad"),
        ("curl/8.14.1".into(), "curl"),
        ("Something/1.0 (Windows)".into(), "Unknown program on Windows"),
        ("Something/1.0".into(), "Unknown device"),
        (String::new(), "Unknown device"),
    ] {
        assert_eq!(of(&user_agent), name, "{user_agent}");
    }
}

#[test]
fn devices_that_share_a_name_are_numbered() {
    let then = Timestamp("then".into());
    let device = |user_agent: &str| {
        let mut device = Device::new(SessionId(user_agent.into()), then.clone(), then.clone(), then.clone());
        device.user_agent = Some(user_agent.into());
        device
    };
    let devices = ["curl/8", "Wget/1", "curl/7"].map(device);
    let names = devices.each_ref().map(|device| unique_name(&devices, &device.id));
    assert_eq!(names, ["curl (1)", "Wget", "curl (2)"]);
}
