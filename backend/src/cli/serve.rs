//! `hongyan serve`

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::mpsc;

use super::data_folder::{DataFolder, store_options};
use super::{Ending, say};
use crate::app::{App, COMMIT_QUEUE};
use crate::clock::Clock;
use crate::config::Config;
use crate::http;
use crate::http::listen::{Connections, bind, load_certificate, renew_certificate, serve_metrics};
use crate::lifecycle::asked_to_stop;
use crate::store::{Commit, GroupReport, StoreOptions};
use crate::telemetry::{Metrics, start_log};

/// Runs the server until it is asked to stop.
pub(super) fn run(config: Config, clock: Clock) -> Result<(), Ending> {
    start_log(&config.log, config.log_format).map_err(Ending::usage)?;
    let folder = DataFolder::own(&config.data)?;
    raise_file_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Ending::failed)?;
    runtime.block_on(serve(config, clock, folder))
}

/// Has `commits` hear of each change, and `metrics` of each group of writes.
fn observed(options: StoreOptions, commits: mpsc::Sender<Commit>, metrics: &Metrics) -> StoreOptions {
    let metrics = metrics.clone();
    let observe = move |group: GroupReport| metrics.committed(group.requests, group.waiting, group.took);
    StoreOptions { commits: Some(commits), observer: Some(Arc::new(observe)), ..options }
}

async fn serve(config: Config, clock: Clock, folder: DataFolder) -> Result<(), Ending> {
    let certificate = load_certificate(&config).await.map_err(Ending::usage)?;
    let listener = take("--listen", config.listen)?;
    let metrics_listener =
        config.metrics_listen.map(|address| take("--metrics-listen", address)).transpose()?;
    let address = listener.local_addr().map_err(Ending::failed)?;
    let (sender, commits) = mpsc::channel(COMMIT_QUEUE);
    let metrics = Metrics::new();
    let store = folder.open(observed(store_options(&clock), sender, &metrics)).await?;
    let app = App::start(config, store, commits, clock, metrics).await.map_err(Ending::failed)?;

    let bounds = &app.config.bounds;
    let (most, each) = (bounds.max_connections, bounds.connections_per_address());
    let connections = Connections::new(most, each, app.config.trusted_proxy.clone());
    let (router, lifecycle) = (http::router(&app), app.lifecycle.clone());
    let serving = http::listen::serve(listener, connections, certificate.clone(), router, lifecycle);
    let mut server = app.lifecycle.spawn("http", serving);
    if let Some(listener) = metrics_listener {
        let router = http::metrics::router(app.metrics.clone());
        app.lifecycle.spawn("metrics", serve_metrics(listener, router, app.lifecycle.clone()));
    }
    app.lifecycle.spawn("notice", folder.notice().watch(app.clone()));
    announce(address, certificate.is_some());
    if let Some(certificate) = certificate {
        app.lifecycle.spawn("certificate", renew_certificate(app.clone(), certificate));
    }

    tokio::select! {
        () = asked_to_stop() => {}
        ended = &mut server => {
            tracing::error!(?ended, "the listener ended by itself");
        }
    }
    tracing::info!("stopping");
    tokio::select! {
        in_time = app.stop() => {
            if !in_time {
                tracing::warn!("somebody took too long to leave and was left behind");
            }
            Ok(())
        }
        () = asked_to_stop() => Err(Ending::failed("asked twice to stop: left at once")),
    }
}

fn take(flag: &str, address: SocketAddr) -> Result<TcpListener, Ending> {
    bind(address).map_err(|error| Ending::usage(format!("{flag} {address}: {error}")))
}

/// Says where the server is, in a line that a script can wait for.
fn announce(address: SocketAddr, tls: bool) {
    let scheme = if tls { "https" } else { "http" };
    say(format_args!("listening on {scheme}://{address}"));
}

/// A socket is a file: as many as the system lets us have.
fn raise_file_limit() {
    match rlimit::increase_nofile_limit(u64::MAX) {
        Ok(limit) => tracing::debug!(limit, "open files"),
        Err(error) => tracing::warn!(%error, "the limit of open files stays as it is"),
    }
}
