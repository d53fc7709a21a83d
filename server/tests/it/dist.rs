//! The app's own files.

use std::path::Path;

use axum::Router;
use reqwest::{Method, Response};
use strikethrough_server::{Dist, Store, api_router, dist_router};
use tempfile::TempDir;

use crate::support::{TestServer, header, problem};

const INDEX: &str = "<!doctype html><title>app</title>";
const SCRIPT: &str = "/strikethrough-1a2b3c4d5e6f7a8b.js";
const WASM: &str = "/strikethrough-1a2b3c4d5e6f7a8b_bg.wasm";
const HTML: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

/// A directory as the build leaves it. The compressed files don't hold what they should, so that tests
/// can tell which one was sent.
fn built() -> TempDir {
    let directory = tempfile::tempdir().unwrap();
    let write = |name: &str, content: &str| {
        let path = directory.path().join(name.trim_start_matches('/'));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    };
    write("index.html", INDEX);
    write("index.html.br", "index in br");
    write("config.json", r#"{"api": "https://api.example/v1"}"#);
    write(SCRIPT, "plain");
    write(&format!("{SCRIPT}.br"), "script in br");
    write(&format!("{SCRIPT}.gz"), "script in gz");
    write(WASM, "\0asm");
    write("app-1a2b3c4d5e6f7a8b.css", "a{}");
    write("favicon.svg", "<svg/>");
    write("icons/192.png", "png");
    write("service-worker.js", "// worker");
    write("manifest.webmanifest", "{}");
    write(".env", "SECRET=1");
    write("icons/.hidden.png", "SECRET=1");
    directory
}

struct Served {
    server: TestServer,
    dist: TempDir,
}

async fn served() -> Served {
    let dist = built();
    let server = TestServer::with(|options| options.dist = Some(dist.path().to_owned())).await;
    Served { server, dist }
}

impl Served {
    async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Response {
        let request = self.server.request(Method::GET, path);
        let request = headers
            .iter()
            .fold(request, |request, (name, value)| request.header(*name, *value));
        request.send().await.unwrap()
    }
}

fn is_page(response: &Response) {
    assert_eq!(
        header(response.headers(), "content-type"),
        "text/html; charset=utf-8"
    );
    assert_eq!(header(response.headers(), "cache-control"), "no-cache");
    let policy = header(response.headers(), "content-security-policy");
    assert!(
        policy.contains("script-src 'self' 'wasm-unsafe-eval'"),
        "{policy}"
    );
    assert!(
        policy.contains("connect-src 'self' https://api.example;"),
        "{policy}"
    );
}

#[tokio::test]
async fn routes_of_the_app_get_its_page() {
    let app = served().await;
    for path in [
        "/",
        "/new",
        "/settings",
        "/task/7",
        "/task/7/edit",
        "/local/7",
        "/sync",
        "/done",
        "/transfer",
        "/task/a%2Fb.c",
        "/?x=1",
        "/index.html",
    ] {
        let response = app.get(path, &[]).await;
        assert_eq!(response.status(), 200, "{path}");
        if path != "/index.html" {
            is_page(&response);
        }
        assert_eq!(response.text().await.unwrap(), INDEX, "{path}");
    }
}

#[tokio::test]
async fn other_pages_are_for_the_app_to_call_missing() {
    let app = served().await;
    for path in ["/about", "/task/", "/task/7/x", "/icons", "/icons/"] {
        let response = app.get(path, &[("accept", HTML), ("if-none-match", "*")]).await;
        assert_eq!(response.status(), 404, "{path}");
        is_page(&response);
        assert_eq!(response.text().await.unwrap(), INDEX);
        problem(app.get(path, &[("accept", "application/json")]).await, 404).await;
        problem(app.get(path, &[]).await, 404).await;
    }
}

#[tokio::test]
async fn a_missing_file_is_never_the_page() {
    let app = served().await;
    for path in [
        "/old-1a2b3c4d5e6f7a8b.js",
        "/missing.png",
        "/a/b.css",
        "/index.html/x.js",
        "/task/service-worker.js/x.js",
    ] {
        let response = app.get(path, &[("accept", HTML)]).await;
        assert_eq!(
            header(response.headers(), "content-security-policy").find("script-src"),
            Some(20)
        );
        problem(response, 404).await;
    }
}

#[tokio::test]
async fn the_api_is_not_in_the_way() {
    let app = served().await;
    let response = app.get("/tasks/", &[("accept", HTML)]).await;
    assert_eq!(response.text().await.unwrap(), "[]");
    problem(app.get("/tasks", &[("accept", HTML)]).await, 404).await;
    problem(app.get("/tasks/1/x", &[("accept", HTML)]).await, 404).await;
}

#[tokio::test]
async fn types_and_caching() {
    let app = served().await;
    let forever = "public, max-age=31536000, immutable";
    for (path, kind, caching) in [
        (SCRIPT, "text/javascript", forever),
        (WASM, "application/wasm", forever),
        ("/app-1a2b3c4d5e6f7a8b.css", "text/css", forever),
        ("/config.json", "application/json", "no-cache"),
        ("/service-worker.js", "text/javascript", "no-cache"),
        ("/manifest.webmanifest", "application/manifest+json", "no-cache"),
        ("/favicon.svg", "image/svg+xml", "no-cache"),
        ("/icons/192.png", "image/png", "no-cache"),
        ("/index.html", "text/html", "no-cache"),
    ] {
        let response = app.get(path, &[]).await;
        assert_eq!(response.status(), 200, "{path}");
        let found = header(response.headers(), "content-type");
        assert_eq!(found.split(';').next().unwrap(), kind, "{path}");
        assert_eq!(header(response.headers(), "cache-control"), caching, "{path}");
    }
}

#[tokio::test]
async fn every_answer_has_the_security_headers() {
    let app = served().await;
    for path in [
        "/",
        SCRIPT,
        "/config.json",
        "/missing.js",
        "/.env",
        "/tasks/",
        "/tasks/9/",
    ] {
        let response = app.get(path, &[]).await;
        let headers = response.headers();
        assert_eq!(header(headers, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(headers, "referrer-policy"), "no-referrer", "{path}");
        assert_eq!(
            header(headers, "cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert!(
            header(headers, "permissions-policy").contains("camera=()"),
            "{path}"
        );
        assert!(
            header(headers, "content-security-policy").starts_with("default-src 'none'"),
            "{path}"
        );
        let policy = if path.starts_with("/tasks") {
            "cross-origin"
        } else {
            "same-origin"
        };
        assert_eq!(header(headers, "cross-origin-resource-policy"), policy, "{path}");
    }
}

#[tokio::test]
async fn compressed_files_are_sent_to_those_who_take_them() {
    let app = served().await;
    let check = async |path: &str, accepted: &str, encoding: &str, body: &str| {
        let response = app.get(path, &[("accept-encoding", accepted)]).await;
        assert_eq!(response.status(), 200);
        assert_eq!(
            header(response.headers(), "content-encoding"),
            encoding,
            "{path} {accepted}"
        );
        assert!(header(response.headers(), "vary").contains("accept-encoding"));
        assert_eq!(response.text().await.unwrap(), body);
    };
    check(SCRIPT, "gzip, deflate, br, zstd", "br", "script in br").await;
    check(SCRIPT, "gzip", "gzip", "script in gz").await;
    check(SCRIPT, "identity", "", "plain").await;
    check(WASM, "gzip, br", "", "\0asm").await;
    check("/task/7", "br", "br", "index in br").await;
    let response = app.get(SCRIPT, &[("accept-encoding", "br")]).await;
    assert_eq!(header(response.headers(), "content-type"), "text/javascript");
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let app = served().await;
    for path in ["/", "/config.json", SCRIPT] {
        let first = app.get(path, &[]).await;
        let tag = header(first.headers(), "etag").to_owned();
        let again = app.get(path, &[("if-none-match", &tag)]).await;
        assert_eq!(again.status(), 304, "{path}");
        assert_eq!(
            again.headers().get("cache-control"),
            first.headers().get("cache-control")
        );
    }
}

#[tokio::test]
async fn odd_requests_for_files() {
    let app = served().await;
    let response = app.get(SCRIPT, &[("range", "bytes=1-2")]).await;
    assert_eq!(response.status(), 206);
    assert_eq!(response.text().await.unwrap(), "la");
    let response = app.get(SCRIPT, &[("range", "bytes=99-")]).await;
    assert_eq!(header(response.headers(), "content-range"), "bytes */5");
    problem(response, 416).await;
    problem(app.get(SCRIPT, &[("if-match", "\"x\"")]).await, 412).await;
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let response = app.server.request(method, "/").send().await.unwrap();
        assert_eq!(header(response.headers(), "allow"), "GET, HEAD");
        problem(response, 405).await;
    }
    let head = app.server.request(Method::HEAD, "/task/7").send().await.unwrap();
    assert_eq!(head.status(), 200);
    is_page(&head);
    assert_eq!(header(head.headers(), "content-length"), INDEX.len().to_string());
}

#[tokio::test]
async fn nothing_outside_or_hidden_is_served() {
    let app = served().await;
    let secret = app.server.database.with_file_name("secret.txt");
    std::fs::write(&secret, "SECRET=1").unwrap();
    for path in [
        "/.env",
        "/%2eenv",
        "/icons/.hidden.png",
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/icons/..%2f.env",
        "/icons/%2e%2e/.env",
        "/%00",
        "/..%5csecret.txt",
        "/icons/../index.html",
    ] {
        // A client that tidies addresses would hide what is tried here, so this one doesn't.
        let answer = raw_get(&app.server, path).await;
        assert!(answer.starts_with("HTTP/1.1 404 "), "{path}: {answer}");
        assert!(answer.contains("application/problem+json"), "{path}: {answer}");
        assert!(
            !answer.contains("SECRET") && !answer.contains("root:"),
            "{path}: {answer}"
        );
    }
}

async fn raw_get(server: &TestServer, path: &str) -> String {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/html\r\nconnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// The two routers, put together by somebody else.
async fn put_together(dist: &Path, together: impl FnOnce(Router, Router) -> Router) -> (String, TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let store = Store::open(&directory.path().join("tasks.db")).await.unwrap();
    let router = together(api_router(store, &[]), dist_router(Dist::open(dist).unwrap()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async { axum::serve(listener, router).await });
    (url, directory)
}

#[tokio::test]
async fn the_app_below_a_prefix() {
    let dist = built();
    let (url, _directory) = put_together(dist.path(), |api, dist| api.nest_service("/app", dist)).await;
    let get = async |path: &str| reqwest::get(format!("{url}{path}")).await.unwrap();
    for path in ["/app/", "/app/task/7", "/app/task/a%2Fb/edit", "/app/new"] {
        let response = get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        is_page(&response);
    }
    assert_eq!(get(&format!("/app{SCRIPT}")).await.text().await.unwrap(), "plain");
    problem(get("/app/missing.js").await, 404).await;
    problem(get("/app/.env").await, 404).await;
    assert_eq!(get("/tasks/").await.text().await.unwrap(), "[]");
    let redirected = get("/app?x=1").await;
    assert_eq!(redirected.url().as_str(), format!("{url}/app/?x=1"));
    assert_eq!(redirected.status(), 200);
}

#[tokio::test]
async fn the_app_at_the_root() {
    let dist = built();
    let (url, _directory) = put_together(dist.path(), |api, dist| api.merge(dist)).await;
    let get = async |path: &str| reqwest::get(format!("{url}{path}")).await.unwrap();
    is_page(&get("/task/7").await);
    assert_eq!(get("/tasks/").await.text().await.unwrap(), "[]");
    problem(get("/missing.js").await, 404).await;
}

/// A worker's script that is gone must be told from one that is there: the app then lets go of all it has kept.
#[tokio::test]
async fn a_worker_that_was_taken_away_is_missing() {
    let app = served().await;
    let response = app.get("/service-worker.js", &[]).await;
    let policy = header(response.headers(), "content-security-policy");
    assert!(policy.contains("worker-src 'self'"), "{policy}");
    assert!(policy.contains("manifest-src 'self'"), "{policy}");
    std::fs::remove_file(app.dist.path().join("service-worker.js")).unwrap();
    problem(
        app.get("/service-worker.js", &[("service-worker", "script")])
            .await,
        404,
    )
    .await;
}
