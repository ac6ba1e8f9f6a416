//! The lines of a configuration file.

/// A line `NAME=value`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// The number of its line, from 1.
    pub line: usize,
    /// The name.
    pub name: String,
    /// The value, without quotes.
    pub value: String,
}

/// Parses the text of a file. Blank lines and lines that begin with `#` or `;` are skipped. A value may be in quotes, single or double;
/// apart from that it is taken as it is: it may contain `#`, `=`, `$` and backslashes.
///
/// # Errors
/// A line is not `NAME=value`, or a name occurs twice: the number of the line, and the reason.
pub fn parse(text: &str) -> Result<Vec<Setting>, (usize, String)> {
    let mut settings: Vec<Setting> = Vec::new();
    let lines = text.strip_prefix('\u{feff}').unwrap_or(text).lines().map(str::trim);
    for (line, content) in (1..).zip(lines) {
        if content.is_empty() || content.starts_with(['#', ';']) {
            continue;
        }
        let (name, value) =
            content.split_once('=').ok_or_else(|| (line, "a setting is a line NAME=value".to_owned()))?;
        let (name, value) = (name.trim_end(), unquoted(value.trim_start()).map_err(|reason| (line, reason))?);
        if let Some(first) = settings.iter().find(|setting| setting.name == name) {
            return Err((line, format!("{name} is set in line {} already", first.line)));
        }
        settings.push(Setting { line, name: name.into(), value: value.into() });
    }
    Ok(settings)
}

fn unquoted(value: &str) -> Result<&str, String> {
    let Some(quote) = value.chars().next().filter(|first| ['"', '\''].contains(first)) else { return Ok(value) };
    let inner = value[1..].strip_suffix(quote).filter(|inner| !inner.contains(quote));
    inner.ok_or_else(|| format!("the value begins with {quote}, so it must end with the next one"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str) -> Vec<(usize, String, String)> {
        parse(text).unwrap().into_iter().map(|Setting { line, name, value }| (line, name, value)).collect()
    }

    fn setting(line: usize, name: &str, value: &str) -> (usize, String, String) {
        (line, name.into(), value.into())
    }

    #[test]
    fn comments_blank_lines_and_foreign_line_ends_are_skipped() {
        let text = "\u{feff}# Latchkey\r\n\r\n  ; old\nA=1\r\n B = 2 \n";
        assert_eq!(settings(text), [setting(4, "A", "1"), setting(5, "B", "2")]);
        assert_eq!(settings(""), []);
    }

    #[test]
    fn a_value_is_taken_as_it_is_but_for_quotes_around_it() {
        let text = "A=p#s=w\\o$rd\nB=\"two words \"\nC='a \"b\"'\nD=\nE=\"\"\nF=it's";
        let values: Vec<_> = settings(text).into_iter().map(|(_, _, value)| value).collect();
        assert_eq!(values, ["p#s=w\\o$rd", "two words ", "a \"b\"", "", "", "it's"]);
    }

    #[test]
    fn what_is_no_setting_is_refused_with_its_line() {
        for (text, line, words) in [
            ("A=1\nlisten", 2, "NAME=value"),
            ("[server]", 1, "NAME=value"),
            ("A=1\n\nA=2", 3, "in line 1 already"),
            ("A=\"1", 1, "must end with"),
            ("A='1' # one", 1, "must end with"),
            ("A=\"", 1, "must end with"),
        ] {
            let (at, reason) = parse(text).unwrap_err();
            assert!(at == line && reason.contains(words), "{text}: {at}: {reason}");
        }
    }
}
