//! Calls from pages of other origins.

use reqwest::{Method, Response};
use strikethrough_server::CorsOrigin;

use crate::support::{TestServer, header};

const APP: &str = "https://app.example";

async fn server(origins: &[&str]) -> TestServer {
    let origins: Vec<CorsOrigin> = origins.iter().map(|origin| origin.parse().unwrap()).collect();
    TestServer::with(|options| options.cors_origins = origins).await
}

async fn preflight(server: &TestServer, origin: &str, path: &str) -> Response {
    let request = server
        .request(Method::OPTIONS, path)
        .header("origin", origin)
        .header("access-control-request-method", "PUT")
        .header("access-control-request-headers", "content-type,if-match");
    request.send().await.unwrap()
}

async fn get(server: &TestServer, origin: &str, path: &str) -> Response {
    let request = server.request(Method::GET, path).header("origin", origin);
    request.send().await.unwrap()
}

fn listed(response: &Response, name: &str) -> Vec<String> {
    let value = header(response.headers(), name).to_ascii_lowercase();
    value.split(',').map(|item| item.trim().to_owned()).collect()
}

#[tokio::test]
async fn a_preflight_allows_what_the_app_sends() {
    let server = server(&[APP, "http://localhost:8080"]).await;
    let response = preflight(&server, APP, "/tasks/1/").await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(response.headers(), "access-control-allow-origin"), APP);
    let methods = listed(&response, "access-control-allow-methods");
    for method in ["get", "post", "put", "delete"] {
        assert!(methods.iter().any(|allowed| allowed == method), "{methods:?}");
    }
    let headers = listed(&response, "access-control-allow-headers");
    for name in [
        "content-type",
        "if-match",
        "if-none-match",
        "idempotency-key",
        "authorization",
    ] {
        assert!(headers.iter().any(|allowed| allowed == name), "{headers:?}");
    }
    assert_eq!(header(response.headers(), "access-control-max-age"), "7200");
}

#[tokio::test]
async fn answers_can_be_read_and_errors_too() {
    let server = server(&[APP]).await;
    for path in ["/tasks/", "/tasks/1/", "/tasks", "/api/tasks/", "/healthz"] {
        let response = get(&server, APP, path).await;
        assert_eq!(
            header(response.headers(), "access-control-allow-origin"),
            APP,
            "{path}"
        );
        let exposed = listed(&response, "access-control-expose-headers");
        for name in ["etag", "link", "location", "retry-after", "idempotency-key"] {
            assert!(exposed.iter().any(|header| header == name), "{exposed:?}");
        }
        assert!(listed(&response, "vary").iter().any(|header| header == "origin"));
        assert_eq!(
            header(response.headers(), "cross-origin-resource-policy"),
            "cross-origin"
        );
    }
    let patch = server.request(Method::PATCH, "/tasks/").header("origin", APP);
    let response = patch.send().await.unwrap();
    assert_eq!(response.status(), 405);
    assert_eq!(header(response.headers(), "access-control-allow-origin"), APP);
}

#[tokio::test]
async fn other_origins_get_nothing() {
    let server = server(&[APP]).await;
    for origin in [
        "https://evil.example",
        "https://app.example.evil.example",
        "http://app.example",
        "null",
    ] {
        for response in [
            preflight(&server, origin, "/tasks/").await,
            get(&server, origin, "/tasks/").await,
        ] {
            assert_eq!(
                header(response.headers(), "access-control-allow-origin"),
                "",
                "{origin}"
            );
        }
    }
}

#[tokio::test]
async fn a_star_is_for_everyone() {
    let server = server(&[APP, "*"]).await;
    let response = get(&server, "https://any.example", "/tasks/").await;
    assert_eq!(header(response.headers(), "access-control-allow-origin"), "*");
}

#[tokio::test]
async fn without_origins_there_is_no_cors() {
    let server = server(&[]).await;
    let response = get(&server, APP, "/tasks/").await;
    assert_eq!(response.status(), 200);
    assert_eq!(header(response.headers(), "access-control-allow-origin"), "");
    assert_eq!(preflight(&server, APP, "/tasks/").await.status(), 405);
}

#[tokio::test]
async fn wrong_addresses_beside_the_app_can_be_read_too() {
    let dist = tempfile::tempdir().unwrap();
    std::fs::write(dist.path().join("index.html"), "<!doctype html>").unwrap();
    let server = TestServer::with(|options| {
        options.dist = Some(dist.path().to_owned());
        options.cors_origins = vec![APP.parse().unwrap()];
    })
    .await;
    let response = get(&server, APP, "/api/tasks/").await;
    assert_eq!(response.status(), 404);
    assert_eq!(header(response.headers(), "access-control-allow-origin"), APP);
    assert_eq!(preflight(&server, APP, "/api/tasks/").await.status(), 200);
}
