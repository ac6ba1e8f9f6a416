//! A channel between the tabs of this browser (`BroadcastChannel`). A tab does not receive its own messages.

use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use super::Listener;
use super::page_watch::CrashGuard;

/// An open end of a channel. Dropping it closes it.
#[derive(Debug)]
pub struct Channel {
    channel: BroadcastChannel,
    _listener: Listener,
    _crash_guard: CrashGuard,
}

impl Channel {
    /// Opens the channel with this name; `None` in a browser without channels, whose tabs then rely on their checks.
    #[must_use]
    pub fn open(name: &str, received: impl Fn(String) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        // Before the listener: while a part of the app is missing, the page's script postpones messages.
        let held = CrashGuard::new(&channel);
        let listener = Listener::new(&channel, "message", move |event| {
            let text = event.dyn_ref::<MessageEvent>().and_then(|message| message.data().as_string());
            if let Some(text) = text {
                received(text);
            }
        });
        Some(Self { channel, _listener: listener, _crash_guard: held })
    }

    /// Sends a message to the other tabs.
    pub fn post(&self, text: &str) {
        // It fails only on a closed channel, and ours closes when it is dropped.
        let _ = self.channel.post_message(&text.into());
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.channel.close();
    }
}
