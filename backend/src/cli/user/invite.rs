//! `latchkey user invite`.

use std::{
    io::{self, Write},
    net::SocketAddr,
    time::Duration,
};

use anyhow::{Context, bail};
use clap::Args;
use latchkey_actix::{Admin, NewUser, PublicUrl, server::ListenAddress, shared::User};

use crate::{
    cli::{open, print},
    config::{DEFAULT_LISTEN, StoreConfig, link_lifetime},
};

/// Options of `latchkey user invite`.
#[derive(Debug, Args)]
pub struct InviteCommand {
    /// The user's e-mail address.
    email: String,

    /// Add the user, without a password, if there is no account for the address.
    #[arg(long)]
    create_user: bool,

    /// The name of a user who is added. [default: the part of the address before the @]
    #[arg(long, requires = "create_user")]
    name: Option<String>,

    /// How long the link can be used, such as 24h or 7d; from 1m to 30d.
    #[arg(long, default_value = "24h", value_name = "DURATION", value_parser = link_lifetime)]
    expires: Duration,

    /// URL under which browsers reach the server, as for `latchkey serve`. [default: http and the first address of LISTEN]
    #[arg(long, env = "LATCHKEY_PUBLIC_URL", value_name = "URL")]
    public_url: Option<PublicUrl>,

    /// Where the server listens, as for `latchkey serve`, for the default of the public URL.
    #[arg(
        long,
        env = "LATCHKEY_LISTEN",
        default_value = DEFAULT_LISTEN,
        value_name = "HOST:PORT|unix:PATH",
        value_delimiter = ',',
        hide = true
    )]
    listen: Vec<ListenAddress>,

    #[command(flatten)]
    store: StoreConfig,
}

/// Prints the link to standard output, and what to know about it to standard error.
pub async fn run(command: InviteCommand) -> anyhow::Result<()> {
    let InviteCommand { email, create_user, name, expires, public_url, listen, store } = command;
    let server = match &public_url {
        Some(url) => url.clone(),
        None => local_url(&listen)?,
    };
    let admin = open(&store).await?;
    let user = match admin.find_user(&email).await? {
        Some(user) => user,
        None if create_user => add(&admin, &email, name).await?,
        None => bail!("there is no account for {email}; --create-user adds one"),
    };
    let link = admin.invite(&user, expires).await?;
    print(&link.url(&server))?;
    if public_url.is_none() {
        let origin = server.origin();
        let warning = "without --public-url (LATCHKEY_PUBLIC_URL) the link leads to";
        // Ignored: the link is printed, and what follows fails if standard error is closed.
        let _ =
            writeln!(io::stderr(), "latchkey: warning: {warning} {origin}, the address on which the server listens");
    }
    let note = "It works once, and for whoever has it";
    let until = link.expires_at().strftime("%Y-%m-%d %H:%M UTC");
    writeln!(io::stderr(), "The link sets the password of {} until {until}. {note}.", user.email)
        .context("standard error is closed")
}

/// The URL of a server without a public URL, if a browser on this machine can reach it.
fn local_url(listen: &[ListenAddress]) -> anyhow::Result<PublicUrl> {
    let flag = "--public-url (LATCHKEY_PUBLIC_URL)";
    let first = listen.iter().find(|listen| listen.path().is_none());
    let Some(first) = first else { bail!("a server on a Unix socket needs {flag}, so that the link leads to it") };
    let unreachable = |address: &SocketAddr| address.port() == 0 || address.ip().is_unspecified();
    if first.addresses().iter().any(unreachable) {
        bail!("the link needs {flag}: a server that listens on {first} is reached at another address");
    }
    Ok(PublicUrl::http(first))
}

async fn add(admin: &Admin, email: &str, name: Option<String>) -> anyhow::Result<User> {
    let new = NewUser::new(email).with_context(|| format!("cannot add '{email}'"))?;
    let new = match name {
        Some(name) => new.named(&name)?,
        None => new,
    };
    Ok(admin.add_as_is(new).await?)
}
