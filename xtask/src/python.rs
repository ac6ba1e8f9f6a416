//! Python programs in virtual environments in the cache.

use crate::{shell, system, tools};
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Installs pinned packages, unless they are installed.
pub fn install(environment: &Path, requirements: &str) -> Result<()> {
    let kept = || fs::read_to_string(environment.join("requirements.txt"));
    tools::install_once(
        environment,
        || Ok(kept().is_ok_and(|kept| kept == requirements)),
        |partial| {
            let create = || shell::run(shell::command("python3 -m venv --clear").arg(partial));
            // On Debian the module is a package of its own.
            create().or_else(|_| system::install("python3-venv").and_then(|()| create()))?;
            let list = partial.join("requirements.txt");
            fs::write(&list, requirements)?;
            let mut pip = Command::new(interpreter(partial));
            pip.args("-m pip install --quiet --disable-pip-version-check --requirement".split(' '));
            shell::run(pip.arg(list))
        },
    )
}

/// The interpreter of an environment. Its scripts do not work, because the environment was moved.
pub fn interpreter(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}
