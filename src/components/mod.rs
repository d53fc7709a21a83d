//! What is on the screen, one component a file. Components read derived signals and issue commands; they
//! decide nothing and make no request of the API. The forms hold the text that is being typed, and nothing
//! else holds a copy of a task.

// The props that `#[component]` writes are `pub` whatever the component is.
#![allow(unreachable_pub)]

mod decide;
mod dynamic;
mod header;
mod icon;
mod leave_dialog;
mod no_server;
mod note;
mod paste_offer;
mod quick_add;
mod settings_page;
mod summary_field;
mod task_detail;
mod task_form;
mod task_list;
mod task_row;
mod update_note;

pub(crate) use dynamic::{dynamic, effect, handler, part};
pub use header::Header;
pub use leave_dialog::LeaveDialog;
pub(crate) use no_server::no_server;
pub use quick_add::QuickAdd;
pub use settings_page::SettingsPage;
pub use task_detail::TaskDetail;
pub use task_form::{EditTask, NewTask, TaskForm};
pub use task_list::TaskList;
pub use task_row::TaskRow;
pub(crate) use update_note::update_note;
