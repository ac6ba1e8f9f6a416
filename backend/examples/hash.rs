//! The limit of log-ins that `cargo xtask bench` measures against: how many passwords one thread checks in a second.
#![expect(clippy::print_stdout, reason = "its output is what it is for")]

use std::time::Duration;

use latchkey_actix::{
    clock::Stopwatch,
    testing::{PasswordHasher, hash_blocking},
};

const FOR: Duration = Duration::from_secs(4);

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let passwords = PasswordHasher::new(1, 0);
    let hash = hash_blocking("correct horse battery staple");
    let (stopwatch, mut checked) = (Stopwatch::start(), 0);
    while stopwatch.elapsed() < FOR {
        let permit = passwords.acquire_permit(None)?;
        passwords.verify(&permit, "correct horse battery staple".into(), Some(hash.clone())).await?;
        checked += 1;
    }
    println!("{}", f64::from(checked) / stopwatch.elapsed().as_secs_f64());
    Ok(())
}
