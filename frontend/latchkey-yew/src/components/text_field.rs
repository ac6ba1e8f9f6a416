//! A field of a form: label, input, and error. The browser keeps the value, so that password managers and re-renders cannot
//! disagree about it; read it with [`dom::value_of`](crate::browser::dom::value_of).

use yew::prelude::*;

use super::icon::Icon;
use crate::hooks::use_texts;

/// See [`TextField`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct TextFieldProps {
    /// The id and the name of the input.
    pub id: AttrValue,
    /// Its label.
    pub label: AttrValue,
    /// Its `type`. A `password` has a button that shows it.
    pub kind: AttrValue,
    /// Its `autocomplete`: what a browser or a password manager may fill in.
    pub autocomplete: AttrValue,
    /// Its initial value.
    #[prop_or_default]
    pub initial: AttrValue,
    /// Whether its value cannot be changed.
    #[prop_or_default]
    pub readonly: bool,
    /// Whether it takes the focus when a dialog around it opens.
    #[prop_or_default]
    pub autofocus: bool,
    /// A hint for the user.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// An error, shown in place of the hint.
    #[prop_or_default]
    pub error: Option<AttrValue>,
    /// A reference to the input, for reading its value and focusing it.
    pub input: NodeRef,
}

/// A field of a form.
#[component]
pub fn TextField(props: &TextFieldProps) -> Html {
    let TextFieldProps { id, label, kind, autocomplete, initial, readonly, autofocus, hint, error, input } = props;
    let texts = use_texts();
    let secret = kind == "password";
    let revealed = use_state(|| false);
    let toggle = {
        let revealed = revealed.clone();
        Callback::from(move |_| revealed.set(!*revealed))
    };
    let note = error.as_ref().or(hint.as_ref());
    let note_id = AttrValue::from(format!("{id}-note"));
    html! {
        <div class="lk-field">
            <label class="lk-field__label" for={id}>{ label }</label>
            <div class="lk-field__frame">
                <input
                    class="lk-field__input"
                    {id}
                    name={id}
                    type={if *revealed { AttrValue::from("text") } else { kind.clone() }}
                    {autocomplete}
                    ~defaultValue={initial.as_str()}
                    autocapitalize={(autocomplete != "name").then_some("none")}
                    spellcheck="false"
                    readonly={*readonly}
                    autofocus={*autofocus}
                    aria-invalid={error.is_some().then_some("true")}
                    aria-describedby={note.is_some().then(|| note_id.clone())}
                    ref={input}
                />
                if secret {
                    <button
                        type="button"
                        class="lk-field__toggle"
                        aria-label={&texts.show_characters}
                        aria-pressed={revealed.to_string()}
                        onclick={toggle}
                    >
                        { if *revealed { Icon::EyeClosed } else { Icon::Eye }.view() }
                    </button>
                }
            </div>
            if let Some(note) = note {
                <p class={if error.is_some() { "lk-field__error" } else { "lk-field__hint" }} id={note_id}>{ note }</p>
            }
        </div>
    }
}
