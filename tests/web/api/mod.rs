//! The client, without a page around it.

mod calls;
mod ids;
mod lists;
mod lost;
mod refusals;
mod site_files;
mod success;

use serde_json::Value;
use strikethrough::api::{ApiClient, ApiError};
use strikethrough::task::{Summary, TaskId};

/// The names of the five calls, as scripts use them.
const CALLS: [&str; 5] = ["list", "read", "create", "update", "done"];

fn is_write(call: &str) -> bool {
    matches!(call, "create" | "update" | "done")
}

fn summary(text: &str) -> Summary {
    Summary::from_typed(text).unwrap()
}

fn text_id(text: &str) -> TaskId {
    TaskId::Text(text.into())
}

/// Makes one of the five calls, about task 1 where it is about one.
async fn make(api: &ApiClient, call: &str) -> Result<(), ApiError> {
    let one = TaskId::Number("1".into());
    match call {
        "list" => api.get_tasks().await.map(|_| ()),
        "read" => api.describe_task(&one).await.map(|_| ()),
        "create" => api.add_task(&summary("New"), "text").await.map(|_| ()),
        "update" => api.update_task(&one, &summary("New"), "text").await,
        "done" => api.task_done(&one).await,
        other => panic!("no call {other}"),
    }
}

/// Makes one of the five calls, which must fail.
async fn fails(api: &ApiClient, call: &str) -> ApiError {
    match make(api, call).await {
        Ok(()) => panic!("{call} succeeded"),
        Err(error) => error,
    }
}

fn targets(seen: &[Value]) -> Vec<&str> {
    seen.iter().map(|seen| seen["target"].as_str().unwrap()).collect()
}
