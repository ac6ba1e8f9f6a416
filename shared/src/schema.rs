//! JSON Schemas that generated clients understand.

use schemars::Schema;
use serde_json::{Value, json};

/// Turns an enumeration of documented values, which `schemars` writes as `oneOf` with a `const` each, into `type: string` with `enum`:
/// generators of clients make a type of that. The values' descriptions are listed in that of the enumeration.
pub fn plain_enum(schema: &mut Schema) {
    let Some(Value::Array(variants)) = schema.remove("oneOf") else { return };
    let mut description = schema.get("description").and_then(Value::as_str).unwrap_or_default().to_owned() + "\n";
    for variant in &variants {
        let [value, about] = ["const", "description"].map(|key| variant[key].as_str().unwrap_or_default());
        description += &format!("\n- `{value}`: {about}");
    }
    let values: Vec<&Value> = variants.iter().map(|variant| &variant["const"]).collect();
    schema.insert("enum".into(), json!(values));
    schema.insert("type".into(), "string".into());
    schema.insert("description".into(), description.into());
}
