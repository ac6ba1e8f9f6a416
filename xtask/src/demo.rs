//! An account to try Latchkey with. Its password is random, printed, and the same until `target/` is removed.

use crate::build;
use anyhow::{Context, Result, bail};
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

const EMAIL: &str = "demo@latchkey.local";

/// Makes the account where there is none, and prints how to sign in.
pub fn account(latchkey: &Path, database: Option<&str>) -> Result<()> {
    let kept = build::target()?.join("demo-account");
    let (password, fresh) = password(&kept)?;
    let user = |arguments: &[&str]| {
        let arguments: Vec<_> = ["user"].iter().chain(arguments).chain(&["--password-stdin"]).copied().collect();
        run(latchkey, database, &arguments, &password)
    };

    // Adding a user neither makes a database nor brings an older one up to date.
    match run(latchkey, database, &["migrate"], "").and_then(|()| user(&["add", EMAIL, "--name", "Demo"])) {
        Ok(()) => println!("\n      sign in as {EMAIL}, password {password}\n"),
        // The account was there, with the password that was kept, or, if none was, with one to be replaced.
        Err(_) if !fresh || user(&["set-password", EMAIL]).is_ok() => {
            println!("\n      sign in as {EMAIL}, password {password} (unless you changed it)\n");
        }
        Err(reason) => {
            fs::remove_file(&kept)?;
            println!("\n      no demo account ({reason}); to make one: {} user add EMAIL\n", latchkey.display());
        }
    }
    Ok(())
}

/// Makes the account of the notes app where there is none, in the folder of its databases, and prints how to sign in.
pub fn notes_account(server: &Path, folder: &Path) -> Result<()> {
    // Beside the databases: whoever removes them removes the password with them.
    let (password, fresh) = password(&folder.join("demo-account"))?;
    let mut add = Command::new(server);
    match feed(add.args(["add-user", EMAIL, "Demo"]).current_dir(folder), &password) {
        Ok(()) => println!("\n      sign in as {EMAIL}, password {password}\n"),
        Err(_) if !fresh => println!("\n      sign in as {EMAIL}, password {password}\n"),
        Err(reason) => println!("\n      no demo account: {reason}\n"),
    }
    Ok(())
}

/// The password that is kept in a file, and whether it was made just now.
fn password(kept: &Path) -> Result<(String, bool)> {
    let fresh = !kept.exists();
    if fresh {
        // Before the account is made: a password that is known and unused does no harm, the other way round does.
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(kept)?.write_all(random()?.as_bytes())?;
    }
    Ok((fs::read_to_string(kept)?, fresh))
}

/// The database that the arguments of `latchkey serve` name, if they do.
pub fn database<'a>(serve: &[&'a str]) -> Option<&'a str> {
    serve.iter().enumerate().find_map(|(index, argument)| match argument.strip_prefix("--database-url")? {
        "" => serve.get(index + 1).copied(),
        value => value.strip_prefix('='),
    })
}

/// Runs a command of `latchkey`; what it has to say is said only if it matters.
fn run(latchkey: &Path, database: Option<&str>, arguments: &[&str], input: &str) -> Result<()> {
    let mut command = Command::new(latchkey);
    command.args(arguments);
    if let Some(url) = database {
        command.env("LATCHKEY_DATABASE_URL", url);
    }
    feed(&mut command, input)
}

/// Runs a command with something to read; its errors are what it says.
fn feed(command: &mut Command, input: &str) -> Result<()> {
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut child = command.spawn().context("cannot start the server's program")?;
    if let Some(mut stdin) = child.stdin.take() {
        // It may have ended without reading: then its own words are the better error.
        let _ = writeln!(stdin, "{input}");
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("{}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(())
}

/// 80 bits, without characters that are easily taken for one another.
fn random() -> Result<String> {
    const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut bytes = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    let letters = bytes.map(|byte| char::from(ALPHABET[usize::from(byte % 32)]));
    Ok(letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-"))
}

#[cfg(test)]
mod tests {
    use super::database;

    #[test]
    fn the_demo_account_goes_where_the_server_looks() {
        assert_eq!(database(&["--database-url", "sqlite://a.db"]), Some("sqlite://a.db"));
        assert_eq!(database(&["--listen", "127.0.0.1:1", "--database-url=sqlite://b.db"]), Some("sqlite://b.db"));
        assert_eq!(database(&["--listen", "127.0.0.1:1"]), None);
    }
}
