//! A tokeniser for the tags of a page, sufficient to find elements and their text. It accepts the output of bundlers and minifiers: names in
//! any letter case, attributes in any order with any quotes or none, comments.

/// A tag of a page.
#[derive(Debug, PartialEq, Eq)]
pub struct Tag<'a> {
    /// The name in lower case; an end tag's begins with `/`, that of the doctype is `!doctype`.
    pub name: String,
    /// The offset of its `<`.
    pub start: usize,
    /// The offset after its `>`.
    pub end: usize,
    /// The text of a `script` or `style` element.
    pub text: &'a str,
    attributes: Vec<(String, &'a str)>,
}

impl Tag<'_> {
    /// The value of an attribute, empty if it has no value; `None` if there is no such attribute.
    #[must_use]
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| *value)
    }
}

/// Elements whose text contains no tags.
const RAW_TEXT: [&str; 7] = ["script", "style", "textarea", "title", "iframe", "noframes", "xmp"];

/// All tags of a page, except those in comments and in raw text such as scripts.
#[must_use]
pub fn tags(html: &str) -> Vec<Tag<'_>> {
    let mut tags = Vec::new();
    let mut at = 0;
    while let Some(found) = html[at..].find('<') {
        let start = at + found;
        if html[start..].starts_with("<!--") {
            // `<!-->` is a whole comment.
            at = html[start + 2..].find("-->").map_or(html.len(), |end| start + 2 + end + 3);
            continue;
        }
        let Some(mut tag) = tag(html, start) else {
            at = start + 1;
            continue;
        };
        at = tag.end;
        if RAW_TEXT.contains(&tag.name.as_str()) {
            let end = end_of_text(&html[at..], &tag.name);
            tag.text = &html[at..at + end];
            at += end;
        }
        tags.push(tag);
    }
    tags
}

fn tag(html: &str, start: usize) -> Option<Tag<'_>> {
    let rest = &html[start + 1..];
    let first = rest.trim_start_matches(['/', '!']).chars().next()?;
    if !first.is_ascii_alphabetic() {
        return None;
    }
    let name_end =
        rest[1..].find(|c: char| c.is_ascii_whitespace() || c == '/' || c == '>').map_or(rest.len(), |end| end + 1);
    let name = rest[..name_end].to_ascii_lowercase();
    let mut attributes = Vec::new();
    let mut left = &rest[name_end..];
    loop {
        left = left.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
        if left.is_empty() {
            return None;
        }
        if let Some(after) = left.strip_prefix('>') {
            return Some(Tag { name, start, end: html.len() - after.len(), text: "", attributes });
        }
        // In HTML, an attribute's name may begin with any character, even with `=`.
        let mut rest = left.char_indices().skip(1);
        let end = rest.find(|(_, c)| c.is_ascii_whitespace() || "/>=".contains(*c)).map_or(left.len(), |(at, _)| at);
        let (attribute, after) = left.split_at(end);
        let (value, after) = match after.trim_start().strip_prefix('=') {
            Some(value) => value_of(value.trim_start())?,
            None => ("", after),
        };
        attributes.push((attribute.to_ascii_lowercase(), value));
        left = after;
    }
}

/// Splits a text into the attribute value at its beginning and the rest.
fn value_of(text: &str) -> Option<(&str, &str)> {
    for quote in ['"', '\''] {
        if let Some(quoted) = text.strip_prefix(quote) {
            return quoted.split_once(quote);
        }
    }
    Some(text.split_at(text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len())))
}

/// The offset at which the raw text of an element ends.
fn end_of_text(text: &str, name: &str) -> usize {
    let is_end = |at: usize| {
        let end = &text.as_bytes()[at + 2..];
        end.len() >= name.len()
            && end[..name.len()].eq_ignore_ascii_case(name.as_bytes())
            && end.get(name.len()).is_none_or(|byte| byte.is_ascii_whitespace() || b"/>".contains(byte))
    };
    text.match_indices("</").map(|(at, _)| at).find(|at| is_end(*at)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
