//! Fake event streams inside the page, which replace `EventSource`.

use js_sys::{Array, Function, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, EventTarget, MessageEvent, MessageEventInit};

const STREAM: &str = "
    const stream = new EventTarget();
    stream.close = () => { stream.closed = true; };
    window.testStreams.push(stream);
    return stream;
";

/// The fake streams. Dropping them restores `EventSource`.
pub struct Streams {
    real: JsValue,
}

impl Streams {
    pub fn start() -> Self {
        let window = web_sys::window().unwrap();
        let real = Reflect::get(&window, &"EventSource".into()).unwrap();
        Reflect::set(&window, &"testStreams".into(), &Array::new()).unwrap();
        Reflect::set(&window, &"EventSource".into(), &Function::new_with_args("path", STREAM)).unwrap();
        Self { real }
    }

    /// How many were opened, and how many of them are open.
    pub fn counts(&self) -> (u32, u32) {
        let all = all();
        let closed = |stream: &JsValue| Reflect::get(stream, &"closed".into()).unwrap().is_truthy();
        let open = all.iter().filter(|stream| !closed(stream)).count();
        (all.length(), u32::try_from(open).unwrap())
    }

    /// The newest stream receives an event.
    pub fn brings(&self, name: &str, data: &str) {
        let init = MessageEventInit::new();
        init.set_data(&data.into());
        newest().dispatch_event(&MessageEvent::new_with_event_init_dict(name, &init).unwrap()).unwrap();
    }

    /// Dispatches `open` or `error` on the newest stream.
    pub fn dispatches(&self, kind: &str) {
        newest().dispatch_event(&Event::new(kind).unwrap()).unwrap();
    }
}

impl Drop for Streams {
    fn drop(&mut self) {
        Reflect::set(&web_sys::window().unwrap(), &"EventSource".into(), &self.real).unwrap();
    }
}

fn all() -> Array {
    Reflect::get(&web_sys::window().unwrap(), &"testStreams".into()).unwrap().unchecked_into()
}

fn newest() -> EventTarget {
    all().at(-1).unchecked_into()
}
