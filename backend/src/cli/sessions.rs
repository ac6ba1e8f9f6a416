//! `latchkey sessions …`.

use anyhow::Context;
use clap::Subcommand;
use latchkey_actix::shared::SessionId;

use super::{open, print};
use crate::config::{OptionalDuration, StoreConfig};

/// The commands of `latchkey sessions`.
#[derive(Debug, Subcommand)]
pub enum SessionsCommand {
    /// List active sessions, newest first: id, user, start, last activity, deadline, address, browser.
    List {
        /// List only the sessions of the user with this e-mail address.
        email: Option<String>,
        /// The servers' idle limit: sessions that have reached it are not listed.
        #[arg(long, env = "LATCHKEY_IDLE_TIMEOUT", default_value = "off", value_name = "DURATION")]
        idle_timeout: OptionalDuration,
        #[command(flatten)]
        store: StoreConfig,
    },
    /// End a session, by its id.
    End {
        /// The id, as shown by `list`.
        id: String,
        #[command(flatten)]
        store: StoreConfig,
    },
}

pub async fn run(command: SessionsCommand) -> anyhow::Result<()> {
    match command {
        SessionsCommand::List { email, idle_timeout, store } => list(email.as_deref(), idle_timeout, &store).await,
        SessionsCommand::End { id, store } => end(SessionId(id), &store).await,
    }
}

async fn list(email: Option<&str>, idle: OptionalDuration, store: &StoreConfig) -> anyhow::Result<()> {
    let admin = open(store).await?;
    let user = match email {
        None => None,
        Some(email) => Some(admin.find_user(email).await?.with_context(|| format!("there is no account for {email}"))?),
    };
    for session in admin.sessions(user.as_ref(), idle.0).await? {
        let (ip, agent) = (session.ip.unwrap_or_default(), session.user_agent.unwrap_or_default());
        print(&format!(
            "{}\t{}\t{}\t{}\t{}\t{ip}\t{agent}",
            session.id.0, session.user.email, session.created_at, session.last_seen_at, session.expires_at
        ))?;
    }
    Ok(())
}

async fn end(id: SessionId, store: &StoreConfig) -> anyhow::Result<()> {
    let ended = open(store).await?.end_session(&id).await?;
    let user = ended.with_context(|| format!("there is no active session {}", id.0))?;
    print(&format!("ended session {} of {}", id.0, user.email))
}
