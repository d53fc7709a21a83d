//! `ETag`, `If-None-Match` and `If-Match` over the wire.

use reqwest::{Method, Response};
use serde_json::json;

use crate::support::{TestServer, etag, header, problem};

async fn conditional(server: &TestServer, method: Method, path: &str, name: &str, value: &str) -> Response {
    let mut request = server.request(method.clone(), path).header(name, value);
    if method == Method::PUT {
        request = request.json(&json!({"summary": "changed", "description": "changed"}));
    }
    request.send().await.unwrap()
}

#[tokio::test]
async fn what_has_not_changed_is_not_sent_again() {
    let server = TestServer::start().await;
    server.add("x").await;
    for path in ["/tasks/", "/tasks/?limit=1", "/tasks/1/"] {
        let tag = etag(&server.get(path).await);
        for value in [
            tag.clone(),
            format!("W/{tag}"),
            format!("\"other\", {tag}"),
            "*".to_owned(),
        ] {
            let response = conditional(&server, Method::GET, path, "if-none-match", &value).await;
            assert_eq!(response.status(), 304, "{path} {value}");
            assert_eq!(etag(&response), tag);
            assert_eq!(header(response.headers(), "cache-control"), "no-cache");
            assert_eq!(response.text().await.unwrap(), "");
        }
        let response = conditional(&server, Method::GET, path, "if-none-match", "\"other\"").await;
        assert_eq!(response.status(), 200);
    }
}

#[tokio::test]
async fn every_write_changes_the_tag_of_the_list() {
    let server = TestServer::start().await;
    let mut seen = vec![etag(&server.get("/tasks/").await)];
    server.add("x").await;
    seen.push(etag(&server.get("/tasks/").await));
    server
        .put(1, &json!({"summary": "x", "description": "only this"}))
        .await;
    seen.push(etag(&server.get("/tasks/").await));
    server.delete(1).await;
    seen.push(etag(&server.get("/tasks/").await));
    let distinct: std::collections::HashSet<_> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "{seen:?}");
}

#[tokio::test]
async fn a_write_to_one_task_leaves_the_tags_of_others() {
    let server = TestServer::start().await;
    server.add("one").await;
    server.add("two").await;
    let before = etag(&server.get("/tasks/1/").await);
    server
        .put(2, &json!({"summary": "two!", "description": ""}))
        .await;
    assert_eq!(etag(&server.get("/tasks/1/").await), before);
}

#[tokio::test]
async fn an_edit_does_not_overwrite_another() {
    let server = TestServer::start().await;
    server.add("x").await;
    let base = etag(&server.get("/tasks/1/").await);
    let mine = conditional(&server, Method::PUT, "/tasks/1/", "if-match", &base).await;
    assert_eq!(mine.status(), 204);
    let now = etag(&mine);
    assert_ne!(now, base);

    let theirs = server.request(Method::PUT, "/tasks/1/").header("if-match", &base);
    let theirs = theirs.json(&json!({"summary": "theirs", "description": ""}));
    problem(theirs.send().await.unwrap(), 412).await;
    assert_eq!(server.summaries().await, ["changed"]);

    let response = conditional(&server, Method::DELETE, "/tasks/1/", "if-match", &base).await;
    problem(response, 412).await;
    let weak = format!("W/{now}");
    let response = conditional(&server, Method::DELETE, "/tasks/1/", "if-match", &weak).await;
    problem(response, 412).await;
    let listed = format!("{base}, {now}");
    let response = conditional(&server, Method::DELETE, "/tasks/1/", "if-match", &listed).await;
    assert_eq!(response.status(), 204);
    assert!(server.summaries().await.is_empty());
}

#[tokio::test]
async fn stars() {
    let server = TestServer::start().await;
    server.add("x").await;
    let put = async |name, value| conditional(&server, Method::PUT, "/tasks/1/", name, value).await;
    assert_eq!(put("if-match", "*").await.status(), 204);
    problem(put("if-none-match", "*").await, 412).await;
    // Without the precondition this would be a 404, so it is one with it too.
    for name in ["if-match", "if-none-match"] {
        let response = conditional(&server, Method::PUT, "/tasks/2/", name, "*").await;
        problem(response, 404).await;
        let response = conditional(&server, Method::GET, "/tasks/2/", name, "\"a\"").await;
        problem(response, 404).await;
    }
    let response = conditional(&server, Method::GET, "/tasks/1/", "if-match", "\"old\"").await;
    problem(response, 412).await;
}

#[tokio::test]
async fn a_garbled_condition_writes_nothing() {
    let server = TestServer::start().await;
    server.add("x").await;
    for method in [Method::PUT, Method::DELETE, Method::GET] {
        let response = conditional(&server, method, "/tasks/1/", "if-match", "unquoted").await;
        problem(response, 400).await;
    }
    assert_eq!(server.summaries().await, ["x"]);
}

#[tokio::test]
async fn tags_of_another_database_match_nothing() {
    let old = TestServer::start().await;
    let new = TestServer::start().await;
    old.add("ours").await;
    new.add("theirs").await;
    let tag = etag(&old.get("/tasks/1/").await);
    let response = conditional(&new, Method::PUT, "/tasks/1/", "if-match", &tag).await;
    problem(response, 412).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_edits_to_one_version_one_wins() {
    let server = TestServer::start().await;
    server.add("x").await;
    let base = etag(&server.get("/tasks/1/").await);
    let requests: Vec<_> = (0..20)
        .map(|number| {
            let body = json!({"summary": format!("edit {number}"), "description": ""});
            let request = server.request(Method::PUT, "/tasks/1/").header("if-match", &base);
            tokio::spawn(request.json(&body).send())
        })
        .collect();
    let mut statuses = Vec::new();
    for request in requests {
        statuses.push(request.await.unwrap().unwrap().status().as_u16());
    }
    statuses.sort_unstable();
    assert_eq!(statuses[0], 204);
    assert!(statuses[1..].iter().all(|status| *status == 412), "{statuses:?}");
}
