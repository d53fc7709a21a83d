//! A file to what is in it, part by part, with the page answering in between.

use std::sync::Arc;

use hashbrown::HashTable;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::import::{Import, Source, Stage, Wishes};
use super::{progress, words};
use crate::browser::files::read_bytes;
use crate::browser::stream::Pause;
use crate::state::tasks::Batch;
use crate::sync::RowKey;
use crate::sync::names::hash_of;
use crate::texts::{list, transfer};
use crate::transfer::{Exists, Format, Imported, PART, Reader};

/// How many bytes are taken from a file at once.
const SLICE: f64 = 256.0 * 1024.0;

/// How many bytes of a file are looked at for its format.
const START: f64 = 4096.0;

/// The rows of how many tasks are looked at before the clock is.
const ROWS_AT_ONCE: usize = 64;

/// Why there is nothing to look at.
enum Stopped {
    /// The person wants something else.
    Ended,
    /// The browser can't read the file.
    Unreadable,
}

impl Import {
    /// Reads what was chosen, in this format or in the one that it seems to be in.
    pub(super) fn read(self, format: Option<Format>) {
        let Some(source) = self.source.try_get_value().flatten() else {
            return;
        };
        let run = self.runs.begin();
        self.part.set((0.0, source.blob.size()));
        self.so_far.set(0);
        self.show(Stage::Reading);
        spawn_local(async move {
            let read = self.read_all(&source, format, run).await;
            if !self.runs.is_running(run) {
                return;
            }
            match read {
                Ok(found) => self.has_found(found),
                Err(Stopped::Ended) => {}
                Err(Stopped::Unreadable) => {
                    self.restart(transfer::UNREADABLE.say().to_owned());
                }
            }
        });
    }

    async fn read_all(self, source: &Source, format: Option<Format>, run: u32) -> Result<Imported, Stopped> {
        let end = source.blob.size();
        let bytes = |from: f64, length: f64| {
            let read = read_bytes(&source.blob, from, (from + length).min(end));
            async { read.await.ok_or(Stopped::Unreadable) }
        };
        let format = match format {
            Some(format) => format,
            None => Format::guess(&source.name, &bytes(0.0, START).await?),
        };
        self.format.try_set(format);
        let mut pause = Pause::default();
        let exists: Exists = match self.shared.store.batch().await {
            Some(batch) => existing(batch, &mut pause).await,
            None => Box::new(|_, _| false),
        };
        let mut reader = Reader::new(format, exists);
        let mut at = 0.0;
        while at < end {
            let slice = bytes(at, SLICE).await?;
            at += SLICE;
            for part in slice.chunks(PART) {
                if !reader.read(part) {
                    at = end;
                    break;
                }
                pause.when_due().await;
                if !self.runs.is_running(run) {
                    return Err(Stopped::Ended);
                }
            }
            self.part.try_set((at.min(end), end));
            self.so_far.try_set(reader.so_far().tasks);
        }
        Ok(reader.end())
    }

    fn has_found(self, found: Imported) {
        let tasks = list::count(found.items.len());
        let problems = transfer::problems(found.problem_count);
        self.shared.announcer.say(transfer::found(&tasks, &problems));
        self.found.try_set_value(Arc::new(found));
        self.wishes.try_set(Wishes::default());
        self.mended.try_set(Vec::new());
        self.show(Stage::Preview);
    }
}

/// What is shown meanwhile.
pub(super) fn reading(import: Import) -> AnyView {
    let title = match import.file_name() {
        Some(name) => transfer::reading_file(&name),
        None => transfer::READING_TEXT.say().to_owned(),
    };
    let how_far = move || {
        let (read, all) = import.part.get();
        transfer::so_far(import.so_far.get(), &words::size(read), &words::size(all))
    };
    let cancel = move || {
        import.shared.announcer.say(transfer::STOPPED.say());
        import.restart(String::new());
    };
    progress(super::import::STAGE, title, import.part, how_far, cancel)
}

/// Says of a task whether it is on the list: with the same summary, and the same description as far as that is known. The
/// table holds hashes and the rows that have them; what they say is compared.
async fn existing(batch: Batch, pause: &mut Pause) -> Exists {
    let mut rows = HashTable::<(u64, RowKey)>::new();
    for (number, row) in batch.rows().into_iter().enumerate() {
        let hash = batch.read(row, |summary, description, _| match description {
            Some(description) => hash_of((summary, description)),
            None => hash_of(summary),
        });
        if let Some(hash) = hash {
            // One of many that are the same is enough; those whose hashes alone are the same are as good as none.
            let entry = rows.entry(hash, |(other, _)| *other == hash, |(hash, _)| *hash);
            entry.or_insert((hash, row));
        }
        if number % ROWS_AT_ONCE == 0 {
            pause.when_due().await;
        }
    }
    Box::new(move |summary, description| {
        let is_there = |hash: u64, wanted: Option<&str>| {
            let found = rows.find(hash, |(other, _)| *other == hash);
            let is_same = |row| {
                batch.read(row, |known, described, _| {
                    known == summary && (described == wanted || described.is_none())
                })
            };
            found.is_some_and(|(_, row)| is_same(*row) == Some(true))
        };
        is_there(hash_of((summary, description)), Some(description)) || is_there(hash_of(summary), None)
    })
}
