//! A box to tick, with its label and a hint. The browser keeps its state; read it with [`dom::is_checked`](crate::browser::dom::is_checked).

use yew::prelude::*;

/// A box to tick, to be drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckField {
    /// The id and the name of the box.
    pub id: AttrValue,
    /// Its label.
    pub label: AttrValue,
    /// What follows from it, in words.
    pub hint: AttrValue,
    /// Whether it is ticked at first.
    pub initial: bool,
    /// The box, for reading its state.
    pub input: NodeRef,
}

impl CheckField {
    /// The drawing.
    pub fn view(self) -> Html {
        let Self { id, label, hint, initial, input } = self;
        let hint_id = AttrValue::from([id.as_str(), "-hint"].concat());
        html! {
            <div class="lk-check">
                <input
                    class="lk-check__box"
                    type="checkbox"
                    id={&id}
                    name={&id}
                    ~defaultChecked={initial}
                    aria-describedby={&hint_id}
                    ref={input}
                />
                <label class="lk-check__label" for={id}>{ label }</label>
                <p class="lk-field__hint" id={hint_id}>{ hint }</p>
            </div>
        }
    }
}
