//! Parses the files and commands in the tutorial.

use anyhow::{Context, Result, ensure};

/// Marks the next block's commands as running until they are stopped.
const KEEPS_RUNNING: &str = "<!-- keeps running -->";

/// A fenced block of the tutorial.
#[derive(Debug, PartialEq, Eq)]
pub enum Block {
    /// A file to write. Its path is in the line above the block, in bold.
    File { path: String, text: String },
    /// A command to run, and the output that the tutorial shows; `…` matches any text.
    Command { line: String, prints: String, keeps_running: bool },
}

/// The fenced blocks of the tutorial, in order; one per command in a console block.
///
/// # Errors
/// A block is neither a console block nor a file with a path above it.
pub fn blocks(markdown: &str) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut above = "";
    let mut lines = markdown.lines();
    while let Some(line) = lines.next() {
        let Some(language) = line.strip_prefix("```") else {
            above = if line.is_empty() { above } else { line };
            continue;
        };
        let inside: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
        if language == "console" {
            blocks.extend(commands(&inside, above == KEEPS_RUNNING)?);
        } else {
            let path = above.strip_prefix("**`").and_then(|above| above.strip_suffix("`**"));
            let path = path.with_context(|| format!("no path is above {inside:#?}"))?.to_owned();
            blocks.push(Block::File { path, text: inside.iter().flat_map(|line| [line, "\n"]).collect() });
        }
    }
    Ok(blocks)
}

fn commands(inside: &[&str], keeps_running: bool) -> Result<Vec<Block>> {
    let mut found: Vec<(String, String)> = Vec::new();
    for line in inside {
        match (line.strip_prefix("$ "), found.last_mut()) {
            (Some(line), _) => found.push((line.to_owned(), String::new())),
            (None, Some((command, _))) if command.ends_with('\\') => *command = format!("{command}\n{line}"),
            (None, Some((_, prints))) => prints.extend([line, "\n"]),
            (None, None) => ensure!(false, "{line:?} comes before any command"),
        }
    }
    Ok(found.into_iter().map(|(line, prints)| Block::Command { line, prints, keeps_running }).collect())
}

/// Whether the printed output matches the shown one, apart from space at the ends.
pub fn is_shown(printed: &str, shown: &str) -> bool {
    let mut rest = printed.trim();
    let mut parts = shown.trim().split('…');
    let (first, last) = (parts.next().unwrap_or_default(), shown.trim().rsplit('…').next().unwrap_or_default());
    let Some(after) = rest.strip_prefix(first) else { return false };
    rest = after;
    for part in parts {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty() || (shown.contains('…') && printed.trim().ends_with(last))
}

#[test]
fn what_is_printed_may_differ_where_the_tutorial_leaves_it_open() {
    assert!(is_shown("{\"id\":7,\"at\":1}\n", "{\"id\":…,\"at\":1}"));
    assert!(is_shown("a b c", "a…") && is_shown("a b c b", "…b") && is_shown("a", "a"));
    assert!(!is_shown("{\"id\":7,\"at\":2}", "{\"id\":…,\"at\":1}") && !is_shown("ab", "a") && !is_shown("", "a"));
}

#[test]
fn a_command_goes_on_after_a_backslash() -> Result<()> {
    let found = blocks("```console\n$ a \\\n  b\nprinted\n$ c\n```")?;
    let command =
        |line: &str, prints: &str| Block::Command { line: line.into(), prints: prints.into(), keeps_running: false };
    assert_eq!(found, [command("a \\\n  b", "printed\n"), command("c", "")]);
    Ok(())
}
