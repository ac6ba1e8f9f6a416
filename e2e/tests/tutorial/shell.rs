//! The reader's shell: one bash, so that a `cd` lasts.

use std::{fmt::Write as _, fs, path::Path, process::Command};

use anyhow::{Result, ensure};

use crate::markdown::{Block, is_shown};

/// The folder that the tutorial has its reader make; paths of files are relative to it.
const FOLDER: &str = "notes";

/// Does what blocks say, in an empty folder with Latchkey's clone in it, and compares what is printed with what they show.
pub fn follow<'a>(folder: &Path, target: &Path, port: &str, blocks: impl Iterator<Item = &'a Block>) -> Result<()> {
    let said = folder.join("said");
    fs::create_dir_all(&said)?;
    let mut script = START.replace("PORT", port);
    let mut shown = Vec::new();
    for (index, block) in blocks.enumerate() {
        let (printed, log) = (said.join(format!("{index}.out")), said.join(format!("{index}.err")));
        let output = format!("> {} 2> {}", printed.display(), log.display());
        match block {
            Block::File { path, text } => {
                let file = said.join(format!("{index}.file"));
                fs::write(&file, text)?;
                let to = folder.join(FOLDER).join(path);
                writeln!(script, "install -D -m 644 {} {}", file.display(), to.display())?;
            }
            Block::Command { line, keeps_running: true, .. } => {
                writeln!(script, "{line} {output} &\nPIDS=\"$PIDS $!\"\nuntil_ready $!")?;
                shown.push((block, printed, log));
            }
            Block::Command { line, .. } => {
                writeln!(script, "{{ {line}\n}} {output}")?;
                shown.push((block, printed, log));
            }
        }
    }
    let mut bash = Command::new("bash");
    bash.args(["-c", &script]).current_dir(folder);
    bash.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true");
    // As the profile of Latchkey's own workspace has it, whose dependencies are compiled already.
    bash.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    let succeeded = bash.status()?.success();
    for (block, printed, log) in shown {
        let Block::Command { line, prints, keeps_running } = block else { continue };
        let output = fs::read_to_string(printed).unwrap_or_default();
        let is_as_shown = if *keeps_running {
            prints.is_empty() || output.contains(prints.trim())
        } else {
            is_shown(&output, prints)
        };
        let log = fs::read_to_string(log).unwrap_or_default();
        ensure!(prints.is_empty() || is_as_shown, "`{line}` printed\n{output}\nand not\n{prints}\nIts errors: {log}");
        if !succeeded {
            eprintln!("$ {line}\n{output}{log}");
        }
    }
    ensure!(succeeded, "a command of the tutorial failed; the last one above");
    Ok(())
}

const START: &str = r#"
set -eu
PIDS=
trap 'kill $PIDS 2> /dev/null || true; wait' EXIT
until_ready() {
    until curl --silent --fail --noproxy '*' --output /dev/null http://127.0.0.1:PORT/readyz; do
        kill -0 "$1"
        sleep 0.1
    done
}
"#;
