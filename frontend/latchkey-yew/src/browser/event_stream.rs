//! A stream of events from the server (`EventSource`). The browser's own reconnecting is not used: it knows neither
//! back-off nor chance, and gives up for good on the first answer that is not a stream.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use super::Listener;
use super::watch::Held;

/// What a stream does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Streamed {
    /// It is open.
    Opened,
    /// It brought an event.
    Event {
        /// Which of those that were asked for.
        name: &'static str,
        /// Its data.
        data: String,
    },
    /// It was refused or lost, and is closed.
    Lost,
}

/// A stream. Dropping it closes it.
#[derive(Debug)]
pub struct EventStream {
    source: EventSource,
    _listeners: Vec<Listener>,
    _held: Held,
}

impl EventStream {
    /// Opens a stream and calls back for the events with these names; nothing, in a browser that cannot.
    #[must_use]
    pub fn open(path: &str, names: &[&'static str], callback: Rc<dyn Fn(Streamed)>) -> Option<Self> {
        let source = EventSource::new(path).ok()?;
        let (opened, lost) = (Rc::clone(&callback), Rc::clone(&callback));
        let closing = source.clone();
        let mut listeners = vec![
            Listener::new(&source, "open", move |_| opened(Streamed::Opened)),
            Listener::new(&source, "error", move |_| {
                closing.close();
                lost(Streamed::Lost);
            }),
        ];
        listeners.extend(names.iter().map(|&name| {
            let callback = Rc::clone(&callback);
            Listener::new(&source, name, move |event| {
                let data = event.dyn_ref::<MessageEvent>().and_then(|message| message.data().as_string());
                callback(Streamed::Event { name, data: data.unwrap_or_default() });
            })
        }));
        let held = Held::new(&source);
        Some(Self { source, _listeners: listeners, _held: held })
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.close();
    }
}
