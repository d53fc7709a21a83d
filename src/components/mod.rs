//! What is on the screen, one component a file. Components read derived signals and issue commands; they
//! decide nothing and make no request of the API. The forms hold the text that is being typed, and nothing
//! else holds a copy of a task.

// The props that `#[component]` writes are `pub` whatever the component is.
#![allow(unreachable_pub)]

mod appearance;
mod compare;
mod decide;
mod description;
mod description_field;
mod discard_dialog;
mod done_page;
mod dynamic;
mod elsewhere;
mod first_rows;
mod header;
mod help_sheet;
mod icon;
mod keyboard;
mod keyed;
mod language_choice;
mod leave_dialog;
mod no_server;
mod note;
mod palette;
mod paste_offer;
mod quick_add;
mod rich;
mod row_window;
mod search_field;
mod search_results;
mod selection;
mod settings_page;
mod slots;
mod summary_field;
mod sync_entry;
mod sync_page;
mod task_detail;
mod task_form;
mod task_list;
mod task_row;
mod transfer;
mod undo_bar;
mod update_note;

pub(crate) use decide::{button, choices};
pub use discard_dialog::DiscardDialog;
pub use done_page::DonePage;
pub(crate) use dynamic::{dynamic, effect, handler, part};
pub use header::Header;
pub(crate) use keyboard::keyboard;
pub use leave_dialog::LeaveDialog;
pub(crate) use no_server::no_server;
pub(crate) use note::skeleton;
pub use quick_add::QuickAdd;
pub use row_window::RowWindow;
pub(crate) use search_results::search_results;
pub(crate) use selection::selection;
pub use settings_page::SettingsPage;
pub use sync_page::SyncPage;
pub(crate) use task_detail::BackLink;
pub use task_detail::TaskDetail;
pub use task_form::{EditTask, NewTask, TaskForm};
pub use task_list::TaskList;
pub use task_row::TaskRow;
pub use transfer::TransferPage;
pub use undo_bar::UndoBar;
pub(crate) use update_note::update_note;
