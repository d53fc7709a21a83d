//! What was answered is there after a crash.

use reqwest::Client;
use serde_json::{Value, json};
use strikethrough_server::Store;

use crate::process::Running;
use crate::support::header;

async fn summaries(server: &Running) -> Vec<String> {
    let list: Vec<Value> = reqwest::get(server.tasks()).await.unwrap().json().await.unwrap();
    list.iter()
        .map(|task| task["summary"].as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_task_and_its_key_survive_a_kill() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("tasks.db");
    let client = Client::new();
    let create = async |server: &Running| {
        let request = client.post(server.tasks()).header("idempotency-key", "once");
        let response = request.json(&json!({"summary": "kept"})).send().await.unwrap();
        assert_eq!(response.status(), 201);
        let replayed = header(response.headers(), "idempotent-replayed") == "true";
        (response.json::<Value>().await.unwrap(), replayed)
    };
    let server = Running::start(&database).await;
    let (made, replayed) = create(&server).await;
    assert!(!replayed);
    server.kill().await;

    let server = Running::start(&database).await;
    assert_eq!(summaries(&server).await, ["kept"]);
    assert_eq!(create(&server).await, (made, true));
    assert_eq!(summaries(&server).await, ["kept"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_kill_in_the_middle_of_writing_loses_nothing_that_was_answered() {
    let directory = tempfile::tempdir().unwrap();
    let database = directory.path().join("tasks.db");
    let mut answered: Vec<String> = Vec::new();
    for round in 0..3 {
        let server = Running::start(&database).await;
        let (acknowledge, mut acknowledged) = tokio::sync::mpsc::unbounded_channel();
        for writer in 0..4 {
            let (address, acknowledge) = (server.tasks(), acknowledge.clone());
            tokio::spawn(async move {
                let client = Client::new();
                for number in 0.. {
                    let summary = format!("{round}-{writer}-{number}");
                    let request = client.post(&address).json(&json!({"summary": summary}));
                    match request.send().await {
                        Ok(response) if response.status() == 201 => acknowledge.send(summary).unwrap(),
                        _ => break,
                    }
                }
            });
        }
        drop(acknowledge);
        for _ in 0..40 {
            answered.push(acknowledged.recv().await.unwrap());
        }
        server.kill().await;
        // What was answered before the kill may still be on its way here.
        while let Some(summary) = acknowledged.recv().await {
            answered.push(summary);
        }
    }
    let server = Running::start(&database).await;
    let kept = summaries(&server).await;
    for summary in &answered {
        let found = kept.iter().filter(|other| *other == summary).count();
        assert_eq!(found, 1, "{summary}");
    }
}

#[tokio::test]
async fn an_empty_file_gets_the_schema_and_keeps_it() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("tasks.db");
    std::fs::write(&path, "").unwrap();
    let first = Store::open(&path).await.unwrap();
    let version = first.list_version().await.unwrap();
    first.close().await;
    let second = Store::open(&path).await.unwrap();
    assert_eq!(second.list_version().await.unwrap(), version);
}
