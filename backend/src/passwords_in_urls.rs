//! Leaves passwords out of error messages that repeat a value.

/// A text without the names and passwords of URLs in it: `https://ada:secret@app.example` becomes `https://…@app.example`.
#[must_use]
pub fn without_passwords(text: &str) -> String {
    let mut safe = String::new();
    let mut rest = text;
    while let Some(scheme) = rest.find("://") {
        let (before, after) = rest.split_at(scheme + "://".len());
        let end = after.find(|c: char| c.is_whitespace() || "'\"`".contains(c)).unwrap_or(after.len());
        let (url, next) = after.split_at(end);
        safe.push_str(before);
        safe.push_str(&redacted(url));
        rest = next;
    }
    safe + rest
}

/// An error message without the password in a value that it repeats, which may contain blanks and quotes, and have no scheme.
#[must_use]
pub fn without_password_of(message: &str, value: &str) -> String {
    let (scheme, rest) =
        value.split_once("://").map_or(("", value), |(scheme, rest)| (&value[..scheme.len() + 3], rest));
    let message = if value.contains('@') {
        message.replace(value, &(scheme.to_owned() + &redacted(rest)))
    } else {
        message.into()
    };
    without_passwords(&message)
}

/// A password may contain an unencoded `@` or `/`, so everything up to the last `@` is left out.
fn redacted(url: &str) -> String {
    url.rsplit_once('@').map_or_else(|| url.to_owned(), |(_, host)| format!("…@{host}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_loses_its_user_and_its_password() {
        for (text, safe) in [
            ("https://ada:secret@app.example", "https://…@app.example"),
            ("invalid value 'https://ada:s@c/r@app.example/x' for", "invalid value 'https://…@app.example/x' for"),
            ("a://b:c@d and e://f:g@h", "a://…@d and e://…@h"),
            ("https://app.example and ada@example.org", "https://app.example and ada@example.org"),
            ("nothing", "nothing"),
            ("://", "://"),
        ] {
            assert_eq!(without_passwords(text), safe);
        }
    }

    #[test]
    fn a_repeated_value_loses_its_password_whatever_is_in_it() {
        for value in ["https://ada:s3c 'r3t@app.example", "ada:s3cr3t@app.example", "s3cr3t@", "x://s3cr3t@a@b"] {
            let message = format!("invalid value '{value}' for '--public-url <URL>': no");
            let safe = without_password_of(&message, value);
            assert!(!safe.contains("s3c") && safe.contains("'--public-url <URL>': no"), "{safe}");
        }
        assert_eq!(without_password_of("invalid value 'x'", "x"), "invalid value 'x'");
    }
}
