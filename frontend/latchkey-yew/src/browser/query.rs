//! Query strings.

use web_sys::UrlSearchParams;

/// The first value of a name in a query, which may begin with a question mark.
#[must_use]
pub fn query_value(query: &str, name: &str) -> Option<String> {
    UrlSearchParams::new_with_str(query).ok()?.get(name)
}

/// A query with these names and values, without a question mark.
#[must_use]
pub fn query_string(pairs: &[(&str, &str)]) -> String {
    let Ok(query) = UrlSearchParams::new() else {
        return String::new();
    };
    for (name, value) in pairs {
        query.append(name, value);
    }
    query.to_string().into()
}

/// A path with a parameter added to its query.
#[must_use]
pub fn with_query(path: &str, name: &str, value: &str) -> String {
    let separator = if path.contains('?') { "&" } else { "?" };
    let encoded = |text: &str| String::from(js_sys::encode_uri_component(text));
    [path, separator, &encoded(name), "=", &encoded(value)].concat()
}
