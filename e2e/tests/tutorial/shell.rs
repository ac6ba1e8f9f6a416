//! Runs the tutorial's commands in one bash, so that a `cd` has a lasting effect.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Result, bail};

use crate::markdown::{Block, is_shown};

/// The folder that the tutorial's reader creates; the paths of its files are relative to it.
const FOLDER: &str = "notes";

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

/// A command, its expected output, and the files that its output goes to.
struct Run<'a> {
    line: &'a str,
    shown: &'a str,
    keeps_running: bool,
    printed: PathBuf,
    log: PathBuf,
}

/// Writes the files and runs the commands in a folder that holds a link to Latchkey, and compares the outputs.
///
/// # Errors
/// A command fails, or its output differs from the shown one.
pub fn follow(folder: &Path, target: &Path, port: &str, blocks: &[Block]) -> Result<()> {
    let outputs = folder.join("outputs");
    fs::create_dir_all(&outputs)?;
    let mut script = START.replace("PORT", port);
    let mut runs = Vec::new();
    for (index, block) in blocks.iter().enumerate() {
        match block {
            Block::File { path, text } => {
                let file = outputs.join(format!("{index}.file"));
                fs::write(&file, text)?;
                let to = folder.join(FOLDER).join(path);
                writeln!(script, "install -D -m 644 '{}' '{}'", file.display(), to.display())?;
            }
            Block::Command { line, prints, keeps_running } => {
                let [printed, log] = ["out", "err"].map(|kind| outputs.join(format!("{index}.{kind}")));
                let run = Run { line, shown: prints, keeps_running: *keeps_running, printed, log };
                script += &run.script();
                runs.push(run);
            }
        }
    }
    let mut bash = Command::new("bash");
    bash.args(["-c", &script]).current_dir(folder);
    bash.env("CARGO_TARGET_DIR", target).env("CARGO_NET_OFFLINE", "true").env("no_proxy", "127.0.0.1");
    // The same setting as in Latchkey's workspace, so that its compiled dependencies are reused.
    bash.env("CARGO_PROFILE_DEV_DEBUG", "line-tables-only");
    let succeeded = bash.status()?.success();

    runs.retain(|run| run.printed.exists());
    if !succeeded {
        bail!("a command of the tutorial failed: {}", runs.last().map(Run::report).unwrap_or_default());
    }
    match runs.iter().find(|run| !run.is_as_shown()) {
        Some(run) => bail!("a command's output differs from the tutorial: {}", run.report()),
        None => Ok(()),
    }
}

impl Run<'_> {
    fn script(&self) -> String {
        let Self { line, printed, log, .. } = self;
        let output = format!("> '{}' 2> '{}'", printed.display(), log.display());
        match self.keeps_running {
            // Without a subshell, so that `$!` is the program itself.
            true => format!("{line} {output} &\nPIDS=\"$PIDS $!\"\nuntil_ready $!\n"),
            false => format!("{{ {line}\n}} {output}\n"),
        }
    }

    /// Whether the output matches the shown one. A command without a shown output always matches.
    fn is_as_shown(&self) -> bool {
        self.shown.is_empty() || is_shown(&self.output(), self.shown)
    }

    fn output(&self) -> String {
        fs::read_to_string(&self.printed).unwrap_or_default()
    }

    fn report(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        format!(
            "{}\n--- printed\n{}\n--- shown in the tutorial\n{}\n--- standard error\n{log}",
            self.line,
            self.output(),
            self.shown
        )
    }
}
