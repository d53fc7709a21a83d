//! A plain HTTP/1.1 listener, which, unlike axum's own, can close a connection instead of answering.

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::foreign::answer::HangUp;

/// Serves `router` on a free port of this machine until the returned set of tasks is dropped. Returns
/// the origin, such as `http://127.0.0.1:40123`.
///
/// # Errors
///
/// When no port can be bound.
pub async fn serve(router: Router) -> Result<(String, JoinSet<()>)> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let origin = format!("http://{}", listener.local_addr()?);
    Ok((origin, serve_on(listener, router)))
}

/// Serves `router` on a port that is bound already, until the returned set of tasks is dropped.
pub(crate) fn serve_on(listener: TcpListener, router: Router) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut connections = JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            let router = router.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                let router = router.clone();
                async move {
                    let Ok(response) = router.oneshot(request.map(Body::new)).await;
                    match response.extensions().get::<HangUp>() {
                        Some(HangUp) => Err(std::io::Error::other("hung up on purpose")),
                        None => Ok(response),
                    }
                }
            });
            connections.spawn(async move {
                // Browsers send a request again by themselves when a connection that was used before
                // closes without an answer; a fresh one for each request keeps the count honest.
                let connection = http1::Builder::new()
                    .keep_alive(false)
                    .serve_connection(TokioIo::new(stream), service);
                // It fails exactly when it was broken off, by the journey or by the browser.
                let _ = connection.await;
            });
            while connections.try_join_next().is_some() {}
        }
    });
    tasks
}
