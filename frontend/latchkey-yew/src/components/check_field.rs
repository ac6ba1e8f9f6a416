//! A checkbox with a label and a hint. The browser keeps its state; read it with [`dom::is_checked`](crate::browser::dom::is_checked).

use yew::prelude::*;

/// A checkbox.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckField {
    /// The id and the name of the input.
    pub id: AttrValue,
    /// Its label.
    pub label: AttrValue,
    /// An explanation of the choice.
    pub hint: AttrValue,
    /// Whether it is initially ticked.
    pub initial: bool,
    /// A reference to the input, for reading its state.
    pub input: NodeRef,
}

impl CheckField {
    /// Renders the checkbox.
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
