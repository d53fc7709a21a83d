//! Entries, tasks and the rest as records, and back. Every record carries the version of its shape
//! (GUARANTEES.md, 15); fields that are not known are passed over.

use serde_json::value::RawValue;

use super::entry::{Change, Decision, Entry, EntryKey, EntryState, TaskRef, Text, Why};
use super::held::KnownTask;
use super::merge::{Edit, FieldEdit};
use super::record::{RecordName, Write};
use super::trouble::Trouble;
use crate::api::codec::{Members, decode, encode};
use crate::task::{ListedTask, TaskId};

/// The version that this app writes. 2 brought [`Stored::Rows`] and [`Stored::Gone`]; all of 1 is read as it was.
pub const VERSION: u64 = 2;

/// Something that was finished from this device, so that it can be restored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finished {
    /// The entry that finished it.
    pub key: EntryKey,
    /// Its text; the description only if it was known.
    pub text: Text,
    /// When, in milliseconds since 1970.
    pub at: u64,
}

/// A task that was created again because the server's first answer was lost. A slow server may have made
/// both (GUARANTEES.md, 4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// The entry that created it.
    pub key: EntryKey,
    /// What it says.
    pub summary: String,
    /// The one that was confirmed; the twin itself if that one was finished before the twin turned up.
    pub ours: TaskId,
    /// The ids that had the same summary before.
    pub known: Vec<TaskId>,
    /// The twin, once it has turned up.
    pub twin: Option<TaskId>,
    /// The first list that is read after this time is the last that is looked at, in milliseconds since 1970; 0 for a
    /// twin that may turn up at any time.
    pub until: u64,
}

/// What a record holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stored {
    /// An entry of the outbox.
    Entry(Entry),
    /// Rows of the list, one after the other: the number of this part, the place of its first row, and the rows. A task
    /// that has a record of its own is as that says.
    Rows(usize, i64, Vec<ListedTask>),
    /// A task of the snapshot.
    Task(TaskId, KnownTask),
    /// A task that the server has no more, whatever [`Rows`](Self::Rows) say.
    Gone(TaskId),
    /// The id that the server gave to a local task.
    Mapping(EntryKey, TaskId),
    /// Something finished.
    Finished(Finished),
    /// Something that may have a twin.
    Watch(Watch),
    /// The list was read to its end at this time.
    List(u64),
    /// Who the sender is, as an unread text.
    Fence(String),
}

/// Why a record can't be used. It is left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// A newer version of the app has written it.
    Newer,
    /// It makes no sense.
    Damaged,
}

/// The tables, as they stand in names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// The outbox.
    Entries,
    /// The list as it was read, many rows in a record.
    Rows,
    /// The tasks of the snapshot that were opened, or have changed since the list was read.
    Tasks,
    /// Local names and the server's ids.
    Mappings,
    /// What was finished from here.
    Finished,
    /// What may have a twin.
    Watches,
    /// The rest.
    Meta,
    /// Records of the list that could not be read, out of the way of new ones.
    Aside,
}

impl Table {
    fn letter(self) -> char {
        match self {
            Self::Entries => 'e',
            // Before the tasks, because they are read in this order and those are newer.
            Self::Rows => 'l',
            Self::Tasks => 't',
            Self::Mappings => 'i',
            Self::Finished => 'h',
            Self::Watches => 'w',
            Self::Meta => 'm',
            Self::Aside => 'x',
        }
    }

    /// Whether this, the part of a name after its scope, is of this table.
    pub fn is_of(self, rest: &str) -> bool {
        rest.starts_with([self.letter(), '/'].iter().collect::<String>().as_str())
    }

    /// The name of a record of this table.
    pub fn name(self, scope: &str, key: &str) -> RecordName {
        let mut name = prefix(scope);
        name.push(self.letter());
        name.push('/');
        name.push_str(key);
        name
    }
}

/// What all names of a scope begin with. A line feed can't stand in an address.
pub fn prefix(scope: &str) -> String {
    [scope, "\n"].concat()
}

/// What the names of all [rows](Stored::Rows) of a scope begin with.
pub fn rows_prefix(scope: &str) -> String {
    Table::Rows.name(scope, "")
}

/// The name of the record that says when the list was read.
pub fn list_name(scope: &str) -> RecordName {
    Table::Meta.name(scope, "list")
}

/// The name of the record that says who the sender is.
pub fn fence_name(scope: &str) -> RecordName {
    Table::Meta.name(scope, "fence")
}

/// Writes a flat JSON object whose values are strings, but for the version.
struct Fields(String);

impl Fields {
    fn new() -> Self {
        Self(format!("{{\"v\":{VERSION}"))
    }

    fn text(mut self, name: &str, value: &str) -> Self {
        // A string can always be written as JSON.
        let value = encode(&value).unwrap_or_default();
        for part in [",\"", name, "\":", &value] {
            self.0.push_str(part);
        }
        self
    }

    fn some(self, name: &str, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    fn number(self, name: &str, value: u64) -> Self {
        if value == 0 {
            self
        } else {
            self.text(name, &value.to_string())
        }
    }

    fn flag(self, name: &str, value: bool) -> Self {
        self.number(name, value.into())
    }

    fn ids(self, name: &str, ids: &[TaskId]) -> Self {
        if ids.is_empty() {
            self
        } else {
            self.text(name, &encode(&ids).unwrap_or_default())
        }
    }

    fn body(self, text: &Text) -> Self {
        self.text("s", &text.summary).text("d", &text.description)
    }

    fn field(self, base: &str, value: &str, edit: Option<&FieldEdit>) -> Self {
        match edit {
            Some(edit) => self.some(base, edit.base.as_deref()).text(value, &edit.value),
            None => self,
        }
    }

    fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// The name of a task's record: its id as JSON, so that `7` and `"7"` are two.
fn id_text(id: &TaskId) -> String {
    encode(id).unwrap_or_default()
}

impl Stored {
    /// The record.
    pub fn write(&self, scope: &str) -> Write {
        let (table, key, fields) = match self {
            Self::Entry(entry) => (Table::Entries, entry.key.to_string(), entry_fields(entry)),
            Self::Rows(number, first, rows) => {
                let mut rows = rows.iter().map(|row| (&row.id, row.summary.as_str()));
                return write_rows(scope, *number, *first, &mut rows);
            }
            Self::Gone(id) => (Table::Tasks, id_text(id), Fields::new().flag("gone", true)),
            Self::Task(id, known) => {
                let fields = Fields::new()
                    .text("s", &known.summary)
                    .some("d", known.description.as_deref())
                    .some("e", known.etag.as_deref())
                    .some("p", known.position.map(|place| place.to_string()).as_deref());
                (Table::Tasks, id_text(id), fields)
            }
            Self::Mapping(local, id) => (
                Table::Mappings,
                local.to_string(),
                Fields::new().text("id", &id_text(id)),
            ),
            Self::Finished(finished) => (
                Table::Finished,
                finished.key.to_string(),
                Fields::new().body(&finished.text).number("at", finished.at),
            ),
            Self::Watch(watch) => (
                Table::Watches,
                watch.key.to_string(),
                Fields::new()
                    .text("s", &watch.summary)
                    .text("id", &id_text(&watch.ours))
                    .ids("k", &watch.known)
                    .some("tw", watch.twin.as_ref().map(id_text).as_deref())
                    .number("u", watch.until),
            ),
            Self::List(at) => (Table::Meta, "list".to_owned(), Fields::new().number("at", *at)),
            Self::Fence(text) => return Write::Put(fence_name(scope), text.clone()),
        };
        Write::Put(table.name(scope, &key), fields.end())
    }

    /// Reads a record of this scope.
    ///
    /// # Errors
    /// [`Unreadable`]; the record is to be left alone.
    pub fn read(scope: &str, name: &str, value: &str) -> Result<Self, Unreadable> {
        let damaged = Unreadable::Damaged;
        let rest = name.strip_prefix(&*prefix(scope)).ok_or(damaged)?;
        let (table, key) = rest.split_once('/').ok_or(damaged)?;
        if (table, key) == ("m", "fence") {
            return Ok(Self::Fence(value.to_owned()));
        }
        if table == "l" {
            return rows_of(key, value);
        }
        let members = Read(decode(value.as_bytes()).map_err(|_| damaged)?);
        match members.version() {
            Some(1..=VERSION) => members.stored(table, key).ok_or(damaged),
            Some(_) => Err(Unreadable::Newer),
            None => Err(damaged),
        }
    }
}

/// A record of [rows](Stored::Rows), from what there is of them: a hundred thousand are not copied only to be written.
pub fn write_rows(
    scope: &str,
    number: usize,
    first: i64,
    rows: &mut dyn Iterator<Item = (&TaskId, &str)>,
) -> Write {
    Write::Put(
        Table::Rows.name(scope, &number.to_string()),
        rows_text(first, rows),
    )
}

/// Rows as pairs of texts, an id and a summary each, after a pair of the version and the place of the first row: a
/// hundred thousand of them are read and written in a moment.
fn rows_text(first: i64, rows: &mut dyn Iterator<Item = (&TaskId, &str)>) -> String {
    let mut text = format!("[[\"{VERSION}\",\"{first}\"]");
    for (id, summary) in rows {
        text.push_str(",[");
        match id {
            TaskId::Number(digits) => push_text(&mut text, digits),
            id => push_text(&mut text, &id_text(id)),
        }
        text.push(',');
        push_text(&mut text, summary);
        text.push(']');
    }
    text.push(']');
    // A whole list is a hundred of these at once, and each has grown to twice what it needs.
    text.shrink_to_fit();
    text
}

/// A JSON string. Most have nothing in them that is written otherwise (RFC 8259, section 7).
fn push_text(text: &mut String, value: &str) {
    if value
        .bytes()
        .all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
    {
        text.push('"');
        text.push_str(value);
        text.push('"');
    } else {
        text.push_str(&encode(&value).unwrap_or_default());
    }
}

fn rows_of(key: &str, value: &str) -> Result<Stored, Unreadable> {
    let damaged = Unreadable::Damaged;
    let pairs: Vec<(String, Option<String>)> = decode(value.as_bytes()).map_err(|_| damaged)?;
    let mut pairs = pairs.into_iter();
    let (version, first) = pairs.next().ok_or(damaged)?;
    if version.parse::<u64>().map_err(|_| damaged)? > VERSION {
        return Err(Unreadable::Newer);
    }
    let first = first.and_then(|first| first.parse().ok()).ok_or(damaged)?;
    let row = |(id, summary): (String, Option<String>)| {
        Some(ListedTask {
            id: id_of(id)?,
            summary: summary?,
        })
    };
    let rows: Option<_> = pairs.map(row).collect();
    Ok(Stored::Rows(
        key.parse().map_err(|_| damaged)?,
        first,
        rows.ok_or(damaged)?,
    ))
}

/// An id from its JSON text.
fn id_of(text: String) -> Option<TaskId> {
    if !text.is_empty() && text.len() < 16 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // Most are, and this is quicker by far.
        return Some(TaskId::Number(text.into()));
    }
    decode(text.as_bytes()).ok()
}

/// Takes a record away.
pub fn delete(scope: &str, table: Table, key: &str) -> Write {
    Write::Delete(table.name(scope, key))
}

/// The name of a task's record.
pub fn task_name(scope: &str, id: &TaskId) -> RecordName {
    Table::Tasks.name(scope, &id_text(id))
}

/// The task whose record has this name.
pub fn task_of(scope: &str, name: &str) -> Option<TaskId> {
    let id = name.strip_prefix(&*Table::Tasks.name(scope, ""))?;
    decode::<TaskId>(id.as_bytes()).ok()
}

/// Takes a task's record away.
pub fn delete_task(scope: &str, id: &TaskId) -> Write {
    Write::Delete(task_name(scope, id))
}

fn entry_fields(entry: &Entry) -> Fields {
    let fields = Fields::new()
        .number("made", entry.made_at)
        .number("n", entry.attempts.into())
        .number("next", entry.next_try)
        .some("err", entry.error.as_ref().map(Trouble::to_text).as_deref())
        .flag("amb", entry.ambiguous)
        .flag("re", entry.resent)
        .ids("k", &entry.known);
    let fields = match &entry.task {
        TaskRef::Local(local) => fields.text("l", &local.to_string()),
        TaskRef::Server(id) => fields.text("id", &id_text(id)),
    };
    let fields = match &entry.state {
        EntryState::Pending => fields,
        EntryState::Sending => fields.text("st", "sending"),
        EntryState::Parked(Why::Refused) => fields.text("st", "refused"),
        EntryState::Parked(Why::Gone) => fields.text("st", "gone"),
        EntryState::Parked(Why::Conflict(theirs)) => fields
            .text("st", "conflict")
            .text("ts", &theirs.summary)
            .text("td", &theirs.description),
        EntryState::Unsure(ids) => fields.text("st", "unsure").ids("u", ids),
    };
    match &entry.change {
        Change::Create {
            text,
            idempotency_key,
        } => fields.text("c", "create").body(text).text("key", idempotency_key),
        Change::Edit(edit) => fields
            .text("c", "edit")
            .field("sb", "s", edit.summary.as_ref())
            .field("db", "d", edit.description.as_ref()),
        Change::Done => fields.text("c", "done"),
        Change::Undo {
            of,
            text,
            idempotency_key,
        } => fields
            .text("c", "undo")
            .text("of", &of.to_string())
            .body(text)
            .text("key", idempotency_key),
        Change::Decide { of, decision } => {
            let fields = fields.text("c", "decide").text("of", &of.to_string());
            match decision {
                Decision::Retry => fields.text("do", "retry"),
                Decision::Drop => fields.text("do", "drop"),
                Decision::Save(text) => fields.text("do", "save").body(text),
                Decision::Adopt(id) => fields.text("do", "adopt").text("a", &id_text(id)),
            }
        }
    }
}

struct Read(Members);

impl Read {
    fn version(&self) -> Option<u64> {
        self.0.get("v")?.get().parse().ok()
    }

    fn text(&self, name: &str) -> Option<String> {
        decode(self.0.get(name).map(RawValue::get)?.as_bytes()).ok()
    }

    fn number(&self, name: &str) -> Option<u64> {
        match self.0.get(name) {
            None => Some(0),
            Some(_) => self.text(name)?.parse().ok(),
        }
    }

    fn id(&self, name: &str) -> Option<TaskId> {
        decode(self.text(name)?.as_bytes()).ok()
    }

    fn ids(&self, name: &str) -> Option<Vec<TaskId>> {
        match self.0.get(name) {
            None => Some(Vec::new()),
            Some(_) => decode(self.text(name)?.as_bytes()).ok(),
        }
    }

    fn key(&self, name: &str) -> Option<EntryKey> {
        EntryKey::parse(&self.text(name)?)
    }

    fn body(&self) -> Option<Text> {
        Some(Text {
            summary: self.text("s")?,
            description: self.text("d")?,
        })
    }

    fn field(&self, base: &str, value: &str) -> Option<FieldEdit> {
        Some(FieldEdit {
            base: self.text(base),
            value: self.text(value)?,
        })
    }

    fn stored(&self, table: &str, key: &str) -> Option<Stored> {
        Some(match table {
            "e" => Stored::Entry(self.entry(EntryKey::parse(key)?)?),
            "t" if self.number("gone")? > 0 => Stored::Gone(decode(key.as_bytes()).ok()?),
            "t" => {
                let known = KnownTask {
                    summary: self.text("s")?,
                    description: self.text("d"),
                    etag: self.text("e"),
                    position: self.text("p").and_then(|place| place.parse().ok()),
                };
                Stored::Task(decode(key.as_bytes()).ok()?, known)
            }
            "i" => Stored::Mapping(EntryKey::parse(key)?, self.id("id")?),
            "h" => Stored::Finished(Finished {
                key: EntryKey::parse(key)?,
                text: self.body()?,
                at: self.number("at")?,
            }),
            "w" => Stored::Watch(Watch {
                key: EntryKey::parse(key)?,
                summary: self.text("s")?,
                ours: self.id("id")?,
                known: self.ids("k")?,
                twin: self.id("tw"),
                until: self.number("u")?,
            }),
            "m" if key == "list" => Stored::List(self.number("at")?),
            _ => return None,
        })
    }

    fn entry(&self, key: EntryKey) -> Option<Entry> {
        let task = match self.key("l") {
            Some(local) => TaskRef::Local(local),
            None => TaskRef::Server(self.id("id")?),
        };
        let state = match self.text("st").as_deref() {
            None => EntryState::Pending,
            Some("sending") => EntryState::Sending,
            Some("refused") => EntryState::Parked(Why::Refused),
            Some("gone") => EntryState::Parked(Why::Gone),
            Some("conflict") => EntryState::Parked(Why::Conflict(Text {
                summary: self.text("ts")?,
                description: self.text("td")?,
            })),
            Some("unsure") => EntryState::Unsure(self.ids("u")?),
            Some(_) => return None,
        };
        let change = match self.text("c")?.as_str() {
            "create" => Change::Create {
                text: self.body()?,
                idempotency_key: self.text("key")?,
            },
            "edit" => Change::Edit(Edit {
                summary: self.field("sb", "s"),
                description: self.field("db", "d"),
            }),
            "done" => Change::Done,
            "undo" => Change::Undo {
                of: self.key("of")?,
                text: self.body()?,
                idempotency_key: self.text("key")?,
            },
            "decide" => Change::Decide {
                of: self.key("of")?,
                decision: match self.text("do")?.as_str() {
                    "retry" => Decision::Retry,
                    "drop" => Decision::Drop,
                    "save" => Decision::Save(self.body()?),
                    "adopt" => Decision::Adopt(self.id("a")?),
                    _ => return None,
                },
            },
            _ => return None,
        };
        Some(Entry {
            key,
            task,
            change,
            state,
            made_at: self.number("made")?,
            attempts: self.number("n")?.try_into().ok()?,
            next_try: self.number("next")?,
            error: self.text("err").map(|text| Trouble::from_text(&text)),
            ambiguous: self.number("amb")? > 0,
            resent: self.number("re")? > 0,
            known: self.ids("k")?,
            durable: true,
            lost_at: 0,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sync::trouble::tests::any_trouble;

    const SCOPE: &str = "https://host/api/";

    fn any_id() -> impl Strategy<Value = TaskId> {
        prop_oneof![
            any::<u64>().prop_map(|n| TaskId::Number(n.to_string().into())),
            ".{0,4}".prop_map(|text| TaskId::Text(text.into())),
        ]
    }

    fn any_key() -> impl Strategy<Value = EntryKey> {
        (0u64..1 << 48, any::<u32>()).prop_map(|(time, tab)| EntryKey { time, tab })
    }

    fn any_text() -> impl Strategy<Value = Text> {
        (".{0,6}", "(.|\n){0,6}").prop_map(|(summary, description)| Text { summary, description })
    }

    fn any_field() -> impl Strategy<Value = Option<FieldEdit>> {
        prop::option::of(
            (prop::option::of(".{0,4}"), ".{0,4}").prop_map(|(base, value)| FieldEdit { base, value }),
        )
    }

    fn any_change() -> impl Strategy<Value = Change> {
        let decision = prop_oneof![
            Just(Decision::Retry),
            Just(Decision::Drop),
            any_text().prop_map(Decision::Save),
            any_id().prop_map(Decision::Adopt),
        ];
        prop_oneof![
            (any_text(), ".{0,4}").prop_map(|(text, idempotency_key)| Change::Create {
                text,
                idempotency_key
            }),
            (any_field(), any_field())
                .prop_map(|(summary, description)| Change::Edit(Edit { summary, description })),
            Just(Change::Done),
            (any_key(), any_text(), ".{0,4}").prop_map(|(of, text, idempotency_key)| Change::Undo {
                of,
                text,
                idempotency_key
            }),
            (any_key(), decision).prop_map(|(of, decision)| Change::Decide { of, decision }),
        ]
    }

    fn any_state() -> impl Strategy<Value = EntryState> {
        prop_oneof![
            Just(EntryState::Pending),
            Just(EntryState::Sending),
            Just(EntryState::Parked(Why::Refused)),
            Just(EntryState::Parked(Why::Gone)),
            any_text().prop_map(|theirs| EntryState::Parked(Why::Conflict(theirs))),
            prop::collection::vec(any_id(), 0..3).prop_map(EntryState::Unsure),
        ]
    }

    prop_compose! {
        fn any_entry()(
            key in any_key(), local in any_key(), id in prop::option::of(any_id()), change in any_change(),
            state in any_state(), numbers in any::<(u64, u32, u64, bool, bool)>(),
            error in prop::option::of(any_trouble()), known in prop::collection::vec(any_id(), 0..3),
        ) -> Entry {
            Entry {
                key, change, state, error, known,
                task: id.map_or(TaskRef::Local(local), TaskRef::Server),
                made_at: numbers.0, attempts: numbers.1, next_try: numbers.2,
                ambiguous: numbers.3, resent: numbers.4, durable: true, lost_at: 0,
            }
        }
    }

    fn round_trip(stored: &Stored) -> Result<Stored, Unreadable> {
        match stored.write(SCOPE) {
            Write::Put(name, value) => Stored::read(SCOPE, &name, &value),
            Write::Delete(_) | Write::Clear(_) => unreachable!(),
        }
    }

    proptest! {
        #[test]
        fn entries_are_read_back(entry in any_entry()) {
            let stored = Stored::Entry(entry);
            prop_assert_eq!(round_trip(&stored), Ok(stored));
        }

        #[test]
        fn the_rest_is_read_back(id in any_id(), key in any_key(), text in any_text(), n in any::<i64>(), at in any::<u64>()) {
            let known = KnownTask {
                summary: text.summary.clone(), description: Some(text.description.clone()), etag: Some("\"1\"".into()),
                position: Some(n),
            };
            for stored in [
                Stored::Task(id.clone(), known),
                Stored::Gone(id.clone()),
                Stored::Rows(7, n, vec![ListedTask { id: id.clone(), summary: text.summary.clone() }]),
                Stored::Mapping(key, id.clone()),
                Stored::Finished(Finished { key, text: text.clone(), at }),
                Stored::Watch(Watch { key, summary: text.summary, ours: id.clone(), known: vec![id.clone()], twin: Some(id), until: at }),
                Stored::List(at),
                Stored::Fence("x".into()),
            ] {
                prop_assert_eq!(round_trip(&stored), Ok(stored));
            }
        }

        #[test]
        fn no_record_panics(key in ".{0,30}", value in "(\\{\"v\":1,)?.{0,60}") {
            for table in ["e", "l", "t", "i", "h", "w", "m", "x", "?"] {
                let _ = Stored::read(SCOPE, &format!("{SCOPE}\n{table}/{key}"), &value);
            }
        }
    }

    #[test]
    fn newer_and_damaged_records_are_told_apart() {
        let name = Table::Meta.name(SCOPE, "list");
        assert_eq!(Stored::read(SCOPE, &name, r#"{"v":3}"#), Err(Unreadable::Newer));
        assert_eq!(Stored::read(SCOPE, &name, "{"), Err(Unreadable::Damaged));
        assert_eq!(
            Stored::read("other", &name, r#"{"v":1}"#),
            Err(Unreadable::Damaged)
        );
    }
}
