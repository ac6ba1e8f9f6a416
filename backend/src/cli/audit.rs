//! `latchkey audit`.

use std::time::Duration;

use clap::Args;
use latchkey_actix::store::AuditEntry;

use super::{open, print};
use crate::config::{StoreConfig, duration};

/// Options of `latchkey audit`.
#[derive(Debug, Args)]
pub struct AuditCommand {
    /// How far to look back, such as 1h or 7d.
    #[arg(long, default_value = "24h", value_name = "DURATION", value_parser = duration)]
    since: Duration,

    /// Show at most this many events, the latest ones.
    #[arg(long, default_value_t = 1000, value_name = "N")]
    limit: u32,

    #[command(flatten)]
    store: StoreConfig,
}

/// Prints one line per event: time, action, outcome, actor, subject, session, address; `-` for a missing field.
pub async fn run(AuditCommand { since, limit, store }: AuditCommand) -> anyhow::Result<()> {
    for entry in open(&store).await?.audit(since, limit).await? {
        print(&line(&entry))?;
    }
    Ok(())
}

fn line(entry: &AuditEntry) -> String {
    let AuditEntry { at, action, outcome, actor, subject, session, ip } = entry;
    let or_dash = |text: Option<&String>| text.map_or("-", |text| text).to_owned();
    // Actors and subjects are text that users typed: escaping keeps each event on one line.
    let [actor, subject] = [Some(actor), subject.as_ref()].map(|text| or_dash(text).escape_debug().to_string());
    let (session, ip) = (or_dash(session.as_ref().map(|session| &session.0)), or_dash(ip.as_ref()));
    format!("{at}\t{action}\t{outcome}\t{actor}\t{subject}\t{session}\t{ip}")
}
