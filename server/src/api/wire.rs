//! What goes over the wire, apart from the types of the store so that either can change alone. The golden
//! JSON in `tests/fixtures` holds these to the contract.

use serde::Serialize;
use serde_json::Value;

use super::problem::{FieldProblem, Problem};
use crate::store::{ListedTask, Task};
use crate::task::{self, Draft};

/// An entry of the list.
#[derive(Debug, Serialize)]
pub(super) struct Listed<'t> {
    id: i64,
    summary: &'t str,
}

impl<'t> From<&'t ListedTask> for Listed<'t> {
    fn from(task: &'t ListedTask) -> Self {
        Self {
            id: task.id,
            summary: &task.summary,
        }
    }
}

/// A task with its description.
#[derive(Debug, Serialize)]
pub(super) struct Detail<'t> {
    id: i64,
    summary: &'t str,
    description: &'t str,
}

impl<'t> From<&'t Task> for Detail<'t> {
    fn from(task: &'t Task) -> Self {
        Self {
            id: task.id,
            summary: &task.summary,
            description: &task.description,
        }
    }
}

/// The answer to a create.
#[derive(Debug, Serialize)]
pub(super) struct Created {
    pub(super) id: i64,
}

/// The answer of `/healthz`.
#[derive(Debug, Serialize)]
pub(super) struct Health {
    pub(super) status: &'static str,
}

/// Whether a body may leave its description out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Description {
    /// `POST`: a description that is left out is empty.
    Optional,
    /// `PUT` replaces the task, so what is left out could only be lost.
    Required,
}

/// Reads the body of a create or an update. Fields that the contract doesn't know are ignored.
///
/// # Errors
/// 422, with everything that is wrong.
pub(super) fn draft(body: Value, rule: Description) -> Result<Draft, Problem> {
    let Value::Object(mut fields) = body else {
        let detail = "The body must be a JSON object with a summary and a description.";
        return Err(Problem::invalid(vec![FieldProblem {
            detail: detail.to_owned(),
            pointer: "#",
        }]));
    };
    let summary = summary(fields.remove("summary"));
    let description = description(fields.remove("description"), rule);
    match (summary, description) {
        (Ok(summary), Ok(description)) => Ok(Draft { summary, description }),
        (summary, description) => {
            let of_summary = summary.err().unwrap_or_default().into_iter();
            let errors = of_summary
                .map(|detail| FieldProblem {
                    detail,
                    pointer: "#/summary",
                })
                .chain(description.err().map(|detail| FieldProblem {
                    detail: detail.to_owned(),
                    pointer: "#/description",
                }));
            Err(Problem::invalid(errors.collect()))
        }
    }
}

fn summary(value: Option<Value>) -> Result<task::Summary, Vec<String>> {
    match value {
        Some(Value::String(text)) => {
            task::Summary::new(text).map_err(|errors| errors.iter().map(ToString::to_string).collect())
        }
        Some(_) => Err(vec!["The summary must be a string.".to_owned()]),
        None => Err(vec!["The summary is missing.".to_owned()]),
    }
}

fn description(value: Option<Value>, rule: Description) -> Result<String, &'static str> {
    match (value, rule) {
        (Some(Value::String(text)), _) => Ok(text),
        (Some(_), _) => Err("The description must be a string."),
        (None, Description::Optional) => Ok(String::new()),
        (None, Description::Required) => Err("The description is missing."),
    }
}
