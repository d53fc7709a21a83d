//! Text that was typed and not saved. It is kept in this browser, so that a reload, a crash or a closed tab
//! does not take it away.

use super::connection::Connection;
use crate::api::codec::{decode, encode};
use crate::browser::storage::Area;
use crate::routes::{BasePath, Route};
use crate::sync::{TaskRef, Text};
use leptos::prelude::{GetValue, LocalStorage, RwSignal, SetValue, StoredValue, Track, Update, WithValue};

/// Which form a text belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// The line below the list.
    Line,
    /// The page for a new task.
    New,
    /// The page for a task that exists.
    Edit(TaskRef),
}

impl Form {
    /// The form on a page.
    pub fn on(route: &Route) -> Option<Self> {
        match route {
            Route::New => Some(Self::New),
            // A conflict is edited on the task's own page.
            Route::Edit(task) | Route::Task(task) => Some(Self::Edit(task.clone())),
            _ => None,
        }
    }
}

/// The drafts of this app. Two apps on one origin, and two APIs in one app, have their own.
#[derive(Clone, Copy)]
pub struct Drafts {
    base: StoredValue<BasePath>,
    connection: Connection,
    replaced: RwSignal<u32>,
    other_name: StoredValue<Option<OtherName>, LocalStorage>,
}

/// The other name of a task that was made here and that the server has by now.
type OtherName = Box<dyn Fn(&TaskRef) -> Option<TaskRef>>;

impl Drafts {
    /// The drafts of the app at `base`, for whatever API the connection leads to.
    pub fn new(base: BasePath, connection: Connection) -> Self {
        Self {
            base: StoredValue::new(base),
            connection,
            replaced: RwSignal::new(0),
            other_name: StoredValue::new_local(None),
        }
    }

    /// From now on the draft for a task is found under both of its names.
    pub fn know_names(&self, other_name: impl Fn(&TaskRef) -> Option<TaskRef> + 'static) {
        self.other_name.set_value(Some(Box::new(other_name)));
    }

    fn other_key(&self, form: &Form) -> Option<String> {
        let Form::Edit(task) = form else { return None };
        let name = |other: &Option<OtherName>| other.as_ref()?(task);
        let name = self.other_name.try_with_value(name).flatten()?;
        Some(self.form_key(&Form::Edit(name)))
    }

    fn key(&self, of: &str) -> String {
        let api = self.connection.address_now().unwrap_or_default();
        self.base.get_value().stored_name(&format!("{api}:{of}"))
    }

    fn form_key(&self, form: &Form) -> String {
        match form {
            Form::Line => self.key("draft:line"),
            Form::New => self.key("draft:new"),
            Form::Edit(TaskRef::Server(id)) => self.key(&format!("draft:edit:{id}")),
            Form::Edit(TaskRef::Local(key)) => self.key(&format!("draft:edit-local:{key}")),
        }
    }

    /// All drafts of this app, whatever API they are for, under the names by which the browser keeps them.
    pub fn all(&self) -> Vec<(String, String)> {
        let mut all = Area::Browser.all(&self.base.get_value().stored_name(""));
        all.retain(|(key, _)| key.contains(":draft:"));
        all
    }

    /// The text that was left in a form.
    pub fn get(&self, form: &Form) -> Option<Text> {
        let other = || Area::Browser.get(&self.other_key(form)?);
        let kept = Area::Browser.get(&self.form_key(form)).or_else(other);
        decode(kept?.as_bytes()).ok()
    }

    /// Keeps a form's text; `false` when the browser does not.
    pub fn keep(&self, form: &Form, text: &Text) -> bool {
        let kept = encode(text).is_ok_and(|text| Area::Browser.set(&self.form_key(form), &text));
        if kept && let Some(other) = self.other_key(form) {
            Area::Browser.remove(&other);
        }
        kept
    }

    /// Puts a text into the form for a new task, whether it is open or not. Gives back the text that was
    /// in it.
    pub fn put_into_new(&self, text: &Text) -> Option<Text> {
        let before = self.get(&Form::New);
        self.keep(&Form::New, text);
        self.replaced.update(|count| *count += 1);
        before
    }

    /// Adds a line to the draft of the form for a new task.
    pub fn add_to_new(&self, line: &str) {
        let mut text = self.get(&Form::New).unwrap_or_default();
        text.description = [text.description.trim_end(), line]
            .join("\n")
            .trim_start()
            .to_owned();
        self.keep(&Form::New, &text);
        self.replaced.update(|count| *count += 1);
    }

    /// Follows the texts that are put into the form for a new task.
    pub fn follow_replacements(&self) {
        self.replaced.track();
    }

    /// Keeps a text that differs from what is saved, and forgets one that does not; `false` when the browser
    /// had to keep it and did not.
    pub fn keep_or_forget(&self, form: &Form, text: &Text, saved: &Text) -> bool {
        if text == saved {
            self.forget(form);
            return true;
        }
        self.keep(form, text)
    }

    /// The text is saved, or not wanted any more.
    pub fn forget(&self, form: &Form) {
        Area::Browser.remove(&self.form_key(form));
        if let Some(other) = self.other_key(form) {
            Area::Browser.remove(&other);
        }
    }
}
