//! A stream of events from the server (`EventSource`). The browser's own reconnecting is not used: it has neither back-off nor
//! jitter, and gives up for good on the first answer that is not a stream.

use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{EventSource, MessageEvent};

use super::Listener;
use super::page_watch::CrashGuard;

/// Something that happened to a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamEvent {
    /// It is open.
    Opened,
    /// The server sent an event.
    Event {
        /// One of the names that were passed to [`EventStream::open`].
        name: &'static str,
        /// Its data.
        data: String,
    },
    /// It was refused or interrupted, and is closed.
    Lost,
}

/// A stream. Dropping it closes it.
#[derive(Debug)]
pub struct EventStream {
    source: EventSource,
    _listeners: Vec<Listener>,
    _crash_guard: CrashGuard,
}

impl EventStream {
    /// Opens a stream and calls back for events with these names; `None` in a browser without `EventSource`.
    #[must_use]
    pub fn open(path: &str, names: &[&'static str], callback: Rc<dyn Fn(StreamEvent)>) -> Option<Self> {
        let source = EventSource::new(path).ok()?;
        let (opened, lost) = (Rc::clone(&callback), Rc::clone(&callback));
        let closing = source.clone();
        let mut listeners = vec![
            Listener::new(&source, "open", move |_| opened(StreamEvent::Opened)),
            Listener::new(&source, "error", move |_| {
                closing.close();
                lost(StreamEvent::Lost);
            }),
        ];
        listeners.extend(names.iter().map(|&name| {
            let callback = Rc::clone(&callback);
            Listener::new(&source, name, move |event| {
                let data = event.dyn_ref::<MessageEvent>().and_then(|message| message.data().as_string());
                callback(StreamEvent::Event { name, data: data.unwrap_or_default() });
            })
        }));
        let held = CrashGuard::new(&source);
        Some(Self { source, _listeners: listeners, _crash_guard: held })
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.close();
    }
}
