//! The API and the app put together, from start to shutdown.

use std::future::Future;
use std::time::{Duration, Instant};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::api::{api_router, unknown_router};
use crate::cors;
use crate::dist::{Dist, dist_router};
use crate::error::StartError;
use crate::options::Options;
use crate::store::Store;

/// How long requests in flight may take to end once shutdown has begun.
pub const SHUTDOWN_LIMIT: Duration = Duration::from_secs(10);

/// A server with everything open and checked that can be, ready to serve.
#[derive(Debug)]
pub struct Server {
    store: Store,
    router: Router,
}

impl Server {
    /// Opens what the options name. [`Options::listen`] is not looked at.
    ///
    /// # Errors
    /// If the directory of the app or the database can't be used.
    pub async fn open(options: &Options) -> Result<Self, StartError> {
        let dist = options.dist.as_ref().map(|directory| {
            Dist::open(directory).map_err(|problem| StartError::Dist {
                directory: directory.clone(),
                problem,
            })
        });
        let dist = dist.transpose()?;
        let database = &options.database;
        let store = Store::open(database)
            .await
            .map_err(|problem| StartError::Database {
                path: database.clone(),
                problem,
            })?;
        if options.demo {
            let made = store.fill_demo().await.map_err(StartError::Demo)?;
            tracing::info!(made, "demo tasks");
        }
        let router = router(store.clone(), dist, options);
        Ok(Self { store, router })
    }

    /// Serves until `shutdown` resolves, then lets requests in flight end, for at most
    /// [`SHUTDOWN_LIMIT`], and closes the database.
    ///
    /// # Errors
    /// If the listener fails for good.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> Result<(), StartError> {
        let (begun, shutdown_begun) = oneshot::channel();
        let serving = axum::serve(listener, self.router).with_graceful_shutdown(async move {
            shutdown.await;
            tracing::info!("shutting down");
            // Nobody listens any more if serving has failed in the meantime.
            let _ = begun.send(());
        });
        let too_late = async {
            // An error means that the sender is gone, and so is the future beside this one.
            if shutdown_begun.await.is_ok() {
                tokio::time::sleep(SHUTDOWN_LIMIT).await;
            } else {
                std::future::pending::<()>().await;
            }
        };
        let outcome = tokio::select! {
            outcome = serving => outcome.map_err(StartError::Serve),
            () = too_late => {
                tracing::warn!("some requests did not end in time");
                Ok(())
            }
        };
        self.store.close().await;
        outcome
    }
}

/// Opens what the options name and serves it on `listener` until `shutdown` resolves and requests in
/// flight have ended. [`Options::listen`] is not looked at.
///
/// # Errors
/// If the directory of the app or the database can't be used, or the listener fails for good.
pub async fn run(
    listener: TcpListener,
    options: Options,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), StartError> {
    Server::open(&options).await?.serve(listener, shutdown).await
}

fn router(store: Store, dist: Option<Dist>, options: &Options) -> Router {
    let origins = &options.cors_origins;
    let beside = match dist {
        None => unknown_router(origins),
        Some(dist) => {
            // A page elsewhere that looks for the API under a wrong prefix is answered from here, and
            // must be able to read that.
            let router = dist_router(dist);
            match cors::layer(origins) {
                None => router,
                Some(layer) => router.layer(layer),
            }
        }
    };
    api_router(store, origins).merge(beside).layer(from_fn(log))
}

/// One line for each request. Bodies, queries and header values stay out of the log: they are people's
/// own, or secret.
async fn log(request: Request, next: Next) -> Response {
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    let begun = Instant::now();
    let response = next.run(request).await;
    let status = response.status().as_u16();
    let latency = begun.elapsed();
    tracing::info!(%method, path, status, ?latency, "answered");
    response
}
