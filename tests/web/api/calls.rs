//! The five calls against the bundled server.

use strikethrough::api::{ErrorKind, Method};
use strikethrough::task::{ListedTask, Task, TaskId};
use wasm_bindgen_test::wasm_bindgen_test;

use super::{make, summary};
use crate::support::bundled;

#[wasm_bindgen_test]
async fn a_task_is_added_read_changed_and_finished() {
    let api = bundled(&[("First", "")]).await;

    let id = api.add_task(&summary("Buy milk"), "Two bottles\n").await.unwrap();
    assert!(matches!(id, TaskId::Number(_)), "{id:?}");
    let task = |summary: &str, description: &str| Task {
        id: id.clone(),
        summary: summary.into(),
        description: description.into(),
    };
    assert_eq!(
        api.describe_task(&id).await,
        Ok(task("Buy milk", "Two bottles\n"))
    );

    let tasks = api.get_tasks().await.unwrap();
    let summaries: Vec<_> = tasks.iter().map(|task| task.summary.as_str()).collect();
    assert_eq!(summaries, ["First", "Buy milk"]);
    assert_eq!(tasks[1].id, id);

    api.update_task(&id, &summary("Buy oat milk"), "").await.unwrap();
    assert_eq!(api.describe_task(&id).await, Ok(task("Buy oat milk", "")));

    api.task_done(&id).await.unwrap();
    let left = api.get_tasks().await.unwrap();
    assert!(matches!(&left[..], [ListedTask { summary, .. }] if summary == "First"));
}

#[wasm_bindgen_test]
async fn an_empty_list_is_a_success() {
    assert_eq!(bundled(&[]).await.get_tasks().await, Ok(vec![]));
}

#[wasm_bindgen_test]
async fn a_task_that_is_not_there_is_not_found_by_any_call() {
    let api = bundled(&[]).await;
    for (call, method) in [
        ("read", Method::Get),
        ("update", Method::Put),
        ("done", Method::Delete),
    ] {
        let error = make(&api, call).await.unwrap_err();
        assert_eq!(
            (error.method, error.status, &error.kind, error.path.as_str()),
            (method, Some(404), &ErrorKind::NotFound, "/tasks/1/")
        );
        assert!(error.said.text.is_some(), "{call}: the server's words are kept");
        assert!(!error.is_ambiguous() && !error.is_retryable(), "{call}");
    }
}

#[wasm_bindgen_test]
async fn a_task_can_be_finished_once() {
    let api = bundled(&[("First", "")]).await;
    let id = api.get_tasks().await.unwrap()[0].id.clone();
    assert_eq!(api.task_done(&id).await, Ok(()));
    let again = api.task_done(&id).await.unwrap_err();
    assert_eq!(again.kind, ErrorKind::NotFound);
}

#[wasm_bindgen_test]
async fn any_text_comes_back_as_it_went() {
    let api = bundled(&[]).await;
    let longest = "👋🏽é\"\\<b>&amp;\u{202e}\t".repeat(30);
    let longest: String = longest.chars().take(119).collect();
    let description = "line\r\nline\n\u{0}\u{2028}\u{1f600} ".repeat(10_000);
    let id = api.add_task(&summary(&longest), &description).await.unwrap();
    let task = api.describe_task(&id).await.unwrap();
    assert_eq!(task.summary, longest.trim());
    assert!(
        task.description == description,
        "a description of {} bytes",
        description.len()
    );
}

#[wasm_bindgen_test]
async fn an_address_without_the_slash_at_its_end_is_the_same_api() {
    let api = bundled(&[("First", "")]).await;
    let bare = api.base().as_str().trim_end_matches('/');
    let same = strikethrough::api::ApiBase::parse(bare).unwrap();
    assert_eq!(same, *api.base());
}
