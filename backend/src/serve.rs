//! `latchkey serve`: the library with the configuration, the app's files and the bounded server. Tests use [`start`] too, with port 0, a
//! clock of their own and a store that fails on demand.

use std::{net::SocketAddr, path::Path, process, slice};

use actix_web::App;
use anyhow::Context;
use latchkey_actix::{
    BuildError, Builder, Latchkey, Spa,
    server::{BoundServer, ListenAddress, ServerOptions, Signals, raise_open_files_limit},
};

use crate::{
    config::Config,
    database::{Database, OpenStore},
    service_manager::ServiceManager,
    telemetry,
};

/// A server that listens and is ready to run.
pub struct ListeningServer {
    /// The library's handle.
    pub latchkey: Latchkey,
    /// The server, which [`Latchkey::serve_until`] runs.
    pub server: BoundServer,
    /// Where metrics are served, if it is on a port.
    pub metrics_address: Option<SocketAddr>,
}

/// Serves until SIGINT, SIGTERM or SIGHUP, then finishes the requests in flight.
///
/// # Errors
/// The configuration, the port or the database cannot be used; the message is for the operator.
pub async fn serve(config: Config) -> anyhow::Result<()> {
    telemetry::start(&config.log)?;
    raise_open_files_limit();
    let OpenStore { store, clock } = Database::of(&config.store)?.open().await?;
    let builder = Latchkey::builder_with_shared_store(store).clock(clock);
    let ListeningServer { latchkey, server, .. } = start(&config, builder).await?;
    let signals = Signals::listen().context("cannot listen for signals")?;
    for address in server.addresses() {
        tracing::info!(%address, "serving");
    }
    for socket in server.sockets() {
        tracing::info!(address = %format_args!("unix:{}", socket.display()), "serving");
    }
    let manager = ServiceManager::from_env();
    manager.ready();
    let stop = async {
        first_signal(signals).await;
        manager.stopping();
    };
    tokio::select! {
        served = latchkey.serve_until(server, stop) => served?,
        () = manager.keep_alive() => {}
    }
    tracing::info!("stopped");
    Ok(())
}

/// Starts a builder with the configuration. The server listens when this returns.
///
/// # Errors
/// A port cannot be bound, settings contradict each other, or `DIST` cannot be used; the message is for the operator.
pub async fn start(config: &Config, builder: Builder) -> anyhow::Result<ListeningServer> {
    let spa = load_spa(config.dist.as_deref())?;
    let latchkey = config.apply(builder).spa(spa).start().await.map_err(with_variable_names)?;
    let options = ServerOptions::default()
        .keep_alive(config.keep_alive.0)
        .shutdown_delay(config.shutdown_delay)
        .shutdown_timeout(config.shutdown_timeout)
        .socket_mode(config.socket_mode)
        .checks_before_app(true);
    let options = config.workers.map_or_else(|| options.clone(), |workers| options.clone().workers(workers.into()));
    let mounted = latchkey.clone();
    let app = move || App::new().configure(mounted.routes()).wrap(mounted.middleware());
    let server = latchkey.bind_all(&config.listen, options, app)?;
    let metrics_address = match &config.metrics_listen.0 {
        Some(listen) => serve_metrics(listen, config.socket_mode, &latchkey)?,
        None => None,
    };
    Ok(ListeningServer { latchkey, server, metrics_address })
}

/// Serves the metrics on a separate listener, so that the public reverse proxy does not reach them.
fn serve_metrics(listen: &ListenAddress, socket_mode: u32, latchkey: &Latchkey) -> anyhow::Result<Option<SocketAddr>> {
    let metrics = latchkey.clone();
    let options = ServerOptions::default().workers(1).socket_mode(socket_mode);
    let app = move || App::new().configure(metrics.metrics_routes());
    let server = latchkey.bind_all(slice::from_ref(listen), options, app).context("for metrics")?;
    let (address, latchkey) = (server.addresses().first().copied(), latchkey.clone());
    actix_web::rt::spawn(async move {
        // The result is ignored: both servers stop together, and the other one reports it.
        let _ = latchkey.serve_until(server, std::future::pending()).await;
    });
    Ok(address)
}

/// Loads the app's files: from the configured folder, which must exist, or those that the binary has, or from the default folder. That one
/// may be missing, because `trunk serve` serves the app in development.
fn load_spa(folder: Option<&Path>) -> anyhow::Result<Option<Spa>> {
    #[cfg(feature = "embedded")]
    if folder.is_none() {
        return crate::embedded::spa().map(Some).context("cannot use the app within the binary");
    }
    let default = Path::new("dist");
    if folder.is_none() && !default.join("index.html").exists() {
        tracing::warn!("there is no built app in ./dist: serving the API only");
        return Ok(None);
    }
    let folder = folder.unwrap_or(default);
    Spa::load(folder).map(Some).with_context(|| format!("cannot use LATCHKEY_DIST '{}'", folder.display()))
}

/// Names the environment variables in an error about contradictory settings, because operators do not know the builder.
fn with_variable_names(error: BuildError) -> anyhow::Error {
    match error {
        BuildError::PublicUrlMissing => anyhow::Error::msg(
            "LATCHKEY_PUBLIC_URL must be set to the URL under which browsers reach the server, because Unix sockets do not tell it",
        ),
        BuildError::IdleTimeoutTooLong => {
            anyhow::Error::msg("LATCHKEY_IDLE_TIMEOUT must be shorter than LATCHKEY_SESSION_LIFETIME")
        }
        BuildError::MaxLifetimeTooShort => {
            anyhow::Error::msg("LATCHKEY_SESSION_MAX_LIFETIME must not be shorter than LATCHKEY_SESSION_LIFETIME")
        }
        BuildError::Invalid { setting: "guarded", reason } => {
            anyhow::Error::msg(format!("LATCHKEY_GUARDED cannot be used: {reason}"))
        }
        other => other.into(),
    }
}

/// Returns at the first signal, and ends the process at the second.
async fn first_signal(mut signals: Signals) {
    let signal = signals.next().await;
    tracing::info!(%signal, "stopping; a second signal stops at once");
    actix_web::rt::spawn(async move {
        let signal = signals.next().await;
        tracing::warn!(%signal, "stopped before all requests were answered");
        process::exit(signal.exit_code());
    });
}
