//! A channel between the tabs of this browser. What a tab posts, every other tab hears; it does not hear itself.

use wasm_bindgen::JsCast;
use web_sys::{BroadcastChannel, MessageEvent};

use super::Listener;
use super::watch::Held;

/// An open end of a channel. Dropping it closes it.
#[derive(Debug)]
pub struct Channel {
    channel: BroadcastChannel,
    _listener: Listener,
    _held: Held,
}

impl Channel {
    /// Opens the channel with a name; nothing, in a browser that has none. Its tabs find out for themselves what happens.
    #[must_use]
    pub fn open(name: &str, heard: impl Fn(String) + 'static) -> Option<Self> {
        let channel = BroadcastChannel::new(name).ok()?;
        let listener = Listener::new(&channel, "message", move |event| {
            let text = event.dyn_ref::<MessageEvent>().and_then(|message| message.data().as_string());
            if let Some(text) = text {
                heard(text);
            }
        });
        let held = Held::new(&channel);
        Some(Self { channel, _listener: listener, _held: held })
    }

    /// Tells the other tabs.
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
