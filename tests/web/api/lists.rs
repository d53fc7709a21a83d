//! The list, in one piece or in pages.

use serde_json::{Value, json};
use strikethrough::api::ErrorKind;
use wasm_bindgen_test::wasm_bindgen_test;

use super::{fails, targets};
use crate::support::Scripted;
use crate::support::servers::json_reply;

fn five_tasks() -> Value {
    (1..=5)
        .map(|n| json!({ "id": n, "summary": format!("Task {n}"), "tags": [n] }))
        .collect()
}

async fn reads_five_tasks_in_pages(server: &Scripted) {
    let mut arrived = Vec::new();
    let outcome = server
        .api()
        .stream_tasks(&mut |rows| arrived.extend(rows.into_iter().map(|row| row.id.to_string())))
        .await;
    let all = ["1", "2", "3", "4", "5"].map(str::to_owned);
    assert_eq!((outcome, arrived), (Ok(()), all.to_vec()));
    let tasks = server.api().get_tasks().await.unwrap();
    let ids: Vec<_> = tasks.iter().map(|task| task.id.to_string()).collect();
    assert_eq!(ids, ["1", "2", "3", "4", "5"]);
    let seen = server.seen("list").await;
    let three = ["/tasks/", "/tasks/?page=1", "/tasks/?page=2"];
    assert_eq!(targets(&seen), [three, three].concat());
}

#[wasm_bindgen_test]
async fn pages_by_link_header_are_read_to_the_last() {
    let server = Scripted::start(json!({ "tasks": five_tasks(), "link": 2 })).await;
    reads_five_tasks_in_pages(&server).await;
}

#[wasm_bindgen_test]
async fn pages_by_envelope_are_read_to_the_last() {
    let server = Scripted::start(json!({ "tasks": five_tasks(), "envelope": 2 })).await;
    reads_five_tasks_in_pages(&server).await;
}

fn with_link(body: &str, link: &str) -> Value {
    json!({
        "status": 200,
        "headers": [["content-type", "application/json"], ["link", link]],
        "body": body,
    })
}

#[wasm_bindgen_test]
async fn a_next_page_on_another_host_is_refused_and_not_asked() {
    let other = Scripted::start(json!({ "tasks": five_tasks() })).await;
    // The same machine by another name, which is another host to a client.
    let stranger = other.origin.replace("127.0.0.1", "localhost");
    let link = format!("<{stranger}/tasks/?page=1>; rel=\"next\"");
    let one = r#"[{ "id": 1, "summary": "One" }]"#;
    for reply in [
        with_link(one, &link),
        json_reply(
            200,
            &json!({ "results": [{ "id": 1, "summary": "One" }], "next": format!("{stranger}/tasks/") })
                .to_string(),
        ),
    ] {
        let server = Scripted::always("list", reply).await;
        let mut pages = 0;
        let error = server.api().stream_tasks(&mut |_| pages += 1).await.unwrap_err();
        assert!(matches!(&error.kind, ErrorKind::WrongShape(at) if at.contains("another host")));
        assert_eq!((error.status, pages), (Some(200), 1), "the first page was good");
    }
    assert!(other.seen("list").await.is_empty());
}

#[wasm_bindgen_test]
async fn the_next_page_may_be_named_with_the_port_and_scheme_behind_a_proxy() {
    let server = Scripted::start(json!({ "tasks": five_tasks() })).await;
    let link = r#"<https://127.0.0.1:1/tasks/?page=9>; rel="next""#;
    server.next("list", with_link("[]", link)).await;
    assert_eq!(server.api().get_tasks().await.map(|tasks| tasks.len()), Ok(5));
    let seen = server.seen("list").await;
    assert_eq!(targets(&seen), ["/tasks/", "/tasks/?page=9"]);
}

#[wasm_bindgen_test]
async fn pages_that_lead_in_a_circle_are_refused() {
    for (next, asked) in [
        ("</tasks/>; rel=next", vec!["/tasks/"]),
        ("<?page=2>; rel=next", vec!["/tasks/", "/tasks/?page=2"]),
    ] {
        let server = Scripted::always("list", with_link("[]", next)).await;
        let error = fails(&server.api(), "list").await;
        assert!(matches!(&error.kind, ErrorKind::WrongShape(at) if at.contains("already read")));
        assert_eq!(targets(&server.seen("list").await), asked);
    }
}

#[wasm_bindgen_test]
async fn a_task_that_moves_to_a_later_page_is_listed_once() {
    let two = r#"[{ "id": 1, "summary": "One" }, { "id": 2, "summary": "Two" }]"#;
    let server = Scripted::start(json!({ "tasks": [
        { "id": 2, "summary": "Two" }, { "id": 3, "summary": "Three" },
    ] }))
    .await;
    server
        .next("list", with_link(two, "</tasks/?page=1>; rel=\"next\""))
        .await;
    let tasks = server.api().get_tasks().await.unwrap();
    let summaries: Vec<_> = tasks.iter().map(|task| task.summary.as_str()).collect();
    assert_eq!(summaries, ["One", "Two", "Three"]);
}

#[wasm_bindgen_test]
async fn a_page_that_fails_fails_the_list_but_not_the_pages_before_it() {
    let server = Scripted::always("list", json_reply(503, "{}")).await;
    let first = with_link(
        r#"[{ "id": 1, "summary": "One" }]"#,
        "</tasks/?page=1>; rel=\"next\"",
    );
    server.next("list", first).await;
    let mut tasks = Vec::new();
    let outcome = server.api().stream_tasks(&mut |page| tasks.extend(page)).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.status, error.path.as_str()), (Some(503), "/tasks/?page=1"));
    assert_eq!(tasks.len(), 1);
}

#[wasm_bindgen_test]
async fn an_envelope_ends_with_null_with_nothing_and_with_an_empty_address() {
    for next in [r#", "next": null"#, "", r#", "next": """#] {
        let body = format!(r#"{{ "count": 1, "results": [{{ "id": 1, "summary": "One" }}]{next} }}"#);
        let server = Scripted::always("list", json_reply(200, &body)).await;
        let tasks = server.api().get_tasks().await;
        assert_eq!(tasks.map(|tasks| tasks.len()), Ok(1), "{body}");
        assert_eq!(server.seen("list").await.len(), 1);
    }
}

#[wasm_bindgen_test]
async fn other_links_are_no_next_page() {
    let links = r#"</tasks/?page=0>; rel="prev", </tasks/?page=9>; rel="last"; title="rel=next""#;
    let server = Scripted::always("list", with_link("[]", links)).await;
    assert_eq!(server.api().get_tasks().await, Ok(vec![]));
}
