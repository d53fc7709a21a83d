//! The list in pages.

use serde_json::Value;

use crate::support::{TestServer, header, problem};

/// Follows the links from one address on, and returns the summaries of each page.
async fn follow(server: &TestServer, path: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(format!("{}{path}", server.url));
    while let Some(address) = next {
        let response = server.client.get(&address).send().await.unwrap();
        assert_eq!(response.status(), 200);
        next = next_address(&response);
        let tasks: Vec<Value> = response.json().await.unwrap();
        pages.push(
            tasks
                .iter()
                .map(|task| task["summary"].as_str().unwrap().to_owned())
                .collect(),
        );
    }
    pages
}

fn next_address(response: &reqwest::Response) -> Option<String> {
    let link = header(response.headers(), "link");
    if link.is_empty() {
        return None;
    }
    let target = link
        .strip_prefix('<')
        .unwrap()
        .strip_suffix(">; rel=\"next\"")
        .unwrap();
    Some(response.url().join(target).unwrap().into())
}

async fn with_five() -> TestServer {
    let server = TestServer::start().await;
    for summary in ["a", "b", "c", "d", "e"] {
        server.add(summary).await;
    }
    server
}

#[tokio::test]
async fn the_links_lead_through_all_of_it() {
    let server = with_five().await;
    assert_eq!(follow(&server, "/tasks/").await, [["a", "b", "c", "d", "e"]]);
    let pages = follow(&server, "/tasks/?limit=2").await;
    assert_eq!(pages, [vec!["a", "b"], vec!["c", "d"], vec!["e"]]);
    assert_eq!(follow(&server, "/tasks/?limit=5").await.len(), 1);
    assert_eq!(follow(&server, "/tasks/?limit=1000").await.len(), 1);
    assert_eq!(follow(&server, "/tasks/?after=3").await, [["d", "e"]]);
    assert_eq!(
        follow(&server, "/tasks/?limit=2&after=5").await,
        [[] as [&str; 0]]
    );
}

#[tokio::test]
async fn nothing_is_skipped_or_repeated_when_tasks_come_and_go() {
    let server = with_five().await;
    let response = server.get("/tasks/?limit=2").await;
    let next = next_address(&response).unwrap();
    for id in [1, 2, 3] {
        server.delete(id).await;
    }
    server.add("f").await;
    let rest = next.strip_prefix(&server.url).unwrap();
    assert_eq!(
        follow(&server, rest).await,
        [["d", "e"], ["f", ""]].map(|page| {
            page.iter()
                .filter(|summary| !summary.is_empty())
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        })
    );
}

#[tokio::test]
async fn wrong_parameters_are_named() {
    let server = with_five().await;
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=", "limit"),
        ("limit=two", "limit"),
        ("limit=1&limit=2", "limit"),
        ("after=-1", "after"),
        ("after=x", "after"),
    ] {
        let body = problem(server.get(&format!("/tasks/?{query}")).await, 400).await;
        assert!(body["detail"].as_str().unwrap().contains(name), "{query}: {body}");
    }
    assert_eq!(server.get("/tasks/?page=2&q=%ff").await.status(), 200);
}

#[tokio::test]
async fn a_list_of_ten_thousand() {
    let server = TestServer::start().await;
    sqlx::query(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
         INSERT INTO tasks (summary, description, revision) SELECT 'task ' || i, '', i FROM n",
    )
    .execute(&mut server.database().await)
    .await
    .unwrap();
    assert_eq!(server.summaries().await.len(), 10_000);
    let pages = follow(&server, "/tasks/?limit=1000").await;
    assert_eq!(pages.len(), 10);
    let all: Vec<String> = pages.concat();
    assert_eq!(all, server.summaries().await);
}
