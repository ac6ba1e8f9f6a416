//! A box to tick, with its label and a hint. The browser keeps its state; read it with [`dom::is_checked`](crate::browser::dom::is_checked).

use yew::prelude::*;

/// See [`CheckField`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CheckFieldProps {
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

/// A box to tick.
#[component]
pub fn CheckField(props: &CheckFieldProps) -> Html {
    let CheckFieldProps { id, label, hint, initial, input } = props;
    let hint_id = AttrValue::from(format!("{id}-hint"));
    html! {
        <div class="check">
            <input
                class="check__box"
                type="checkbox"
                {id}
                name={id}
                ~defaultChecked={*initial}
                aria-describedby={&hint_id}
                ref={input}
            />
            <label class="check__label" for={id}>{ label }</label>
            <p class="field__hint" id={&hint_id}>{ hint }</p>
        </div>
    }
}
