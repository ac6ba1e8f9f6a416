//! Descriptions come from doc comments, whose links lead to Rust items. Readers of the document have none.

use serde_json::Value;

/// Replaces links to Rust items by their names, in all descriptions of a document.
pub fn remove_rustdoc(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                match value {
                    Value::String(text) if name == "description" => *text = without_links(text),
                    value => remove_rustdoc(value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(remove_rustdoc),
        _ => {}
    }
}

/// Turns ``[`X`](Self::x)`` and ``[`X`]`` into `` `X` ``, and `[words](Self::x)` into `words`.
fn without_links(text: &str) -> String {
    let (mut plain, mut rest) = (String::new(), text);
    while let Some((before, link)) = rest.split_once('[') {
        let Some((words, after)) = link.split_once(']') else { break };
        plain.extend([before, words]);
        rest = after.strip_prefix('(').and_then(|target| target.split_once(')')).map_or(after, |(_, after)| after);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_become_their_words() {
        for (text, plain) in [
            (
                "the text of an [`ErrorCode`], or [`error_code`](Self::error_code).",
                "the text of an `ErrorCode`, or `error_code`.",
            ),
            ("[what happens](crate::events), as a stream", "what happens, as a stream"),
            ("no link (at all)", "no link (at all)"),
            ("an open [ bracket", "an open [ bracket"),
        ] {
            assert_eq!(without_links(text), plain);
        }
    }
}
