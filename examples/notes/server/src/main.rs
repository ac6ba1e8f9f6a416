//! The server of the notes app: Latchkey's routes, and the app's own beside them.

mod api;
mod notes;

use std::io::{stderr, stdin};
use std::time::Duration;

use actix_web::web::Data;
use actix_web::{App, HttpServer};
use clap::{Parser, Subcommand};
use latchkey_actix::{Admin, Latchkey, Spa, SqliteStore};

use notes::Notes;

#[derive(Parser)]
struct Arguments {
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:8090")]
    listen: String,
    /// The address that browsers show, if it is another one: https://notes.example.org
    #[arg(long)]
    public_url: Option<String>,
    /// The folder of the built app.
    #[arg(long, default_value = "app/dist")]
    dist: String,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Makes an account; its password is the first line of the standard input.
    AddUser { email: String, name: String },
}

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt().with_writer(stderr).init();
    let Arguments { listen, public_url, dist, command } = Arguments::parse();
    // 1. Where accounts and sessions are kept.
    let store = SqliteStore::open("sqlite://accounts.db").await?;
    if let Some(Command::AddUser { email, name }) = command {
        return add_user(Admin::new(store), &email, &name).await;
    }
    // 2. Latchkey: how browsers reach it, and the app that it serves.
    let latchkey = Latchkey::builder(store)
        .public_url(public_url.unwrap_or_else(|| format!("http://{listen}")))
        .cookie_name("notes-session")
        .device_cookie_name("notes-device")
        .spa(Spa::load(dist)?)
        .start()
        .await?;

    let notes = Data::new(Notes::open("notes.db").await?);
    let mounted = latchkey.clone();
    let server = HttpServer::new(move || {
        App::new()
            // 3. The app's own routes.
            .app_data(notes.clone())
            .configure(api::routes)
            // 4. Latchkey's routes, and the documents and files of the app.
            .configure(mounted.routes())
            // 5. What every request goes through.
            .wrap(mounted.middleware())
    });
    // Longer than reverse proxies keep idle connections.
    let server = server.disable_signals().keep_alive(Duration::from_secs(150)).bind(listen)?;
    for address in server.addrs() {
        println!("Notes on http://{address}");
    }
    latchkey.serve(server.run()).await?;
    Ok(())
}

async fn add_user(admin: Admin, email: &str, name: &str) -> anyhow::Result<()> {
    let mut password = String::new();
    stdin().read_line(&mut password)?;
    let user = admin.add_user(email, name, password.trim_end()).await?;
    println!("added {}", user.email);
    Ok(())
}
