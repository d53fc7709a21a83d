//! What was found, and what of it is wanted.

use leptos::ev::{Event, SubmitEvent};
use leptos::prelude::*;

use super::super::dynamic::{dynamic, flag, handler};
use super::format_choice;
use super::import::{Import, STAGE, Wishes};
use super::problems::problem_list;
use super::words;
use crate::texts::{self, Text, list, paste, transfer as said};
use crate::transfer::{Imported, Item};

/// How many of the tasks are shown.
const SHOWN: usize = 50;

/// How much of a description is shown, in characters.
const DESCRIPTION_SHOWN: usize = 160;

const FORMAT: &str = "import-format";

/// How many tasks were found of each kind.
#[derive(Clone, Copy, Default)]
struct Counts {
    plain: usize,
    duplicates: usize,
    finished: usize,
    /// Both at once.
    finished_duplicates: usize,
}

impl Counts {
    fn of(found: &Imported) -> Self {
        let mut counts = Self::default();
        for item in &found.items {
            match (item.duplicate.is_some(), item.done) {
                (false, false) => counts.plain += 1,
                (true, false) => counts.duplicates += 1,
                (false, true) => counts.finished += 1,
                (true, true) => counts.finished_duplicates += 1,
            }
        }
        counts
    }

    fn wanted(self, wishes: Wishes) -> usize {
        let taken = |number: usize, is_taken: bool| if is_taken { number } else { 0 };
        self.plain
            + taken(self.duplicates, wishes.duplicates)
            + taken(self.finished, wishes.finished)
            + taken(self.finished_duplicates, wishes.duplicates && wishes.finished)
    }
}

impl Wishes {
    /// Whether a task is wanted.
    pub(super) fn include(self, item: &Item) -> bool {
        (item.duplicate.is_none() || self.duplicates) && (!item.done || self.finished)
    }
}

/// What is shown of it.
pub(super) fn preview(import: Import) -> AnyView {
    let found = import.found.get_value();
    let counts = Counts::of(&found);
    let wanted = move || counts.wanted(import.wishes.get()) + import.mended.with(Vec::len);
    let title = match import.file_name() {
        Some(name) => said::in_file(&name),
        None => said::IN_TEXT.say().to_owned(),
    };
    let numbers = [
        Some(list::count(found.items.len())),
        (found.duplicate_count > 0).then(|| said::duplicates(found.duplicate_count)),
        (counts.finished + counts.finished_duplicates > 0)
            .then(|| said::finished(counts.finished + counts.finished_duplicates)),
        (found.problem_count > 0).then(|| said::problems(found.problem_count)),
    ];
    let numbers = numbers
        .into_iter()
        .flatten()
        .map(|words| view! { <li>{words}</li> })
        .collect_view();
    let label = move || match wanted() {
        0 => said::NOTHING_TO_ADD.say().to_owned(),
        wanted => paste::add_each(wanted),
    };
    let duplicates = wish(
        import,
        "duplicates",
        counts.duplicates + counts.finished_duplicates,
        said::add_duplicates,
        said::DUPLICATES_HELP,
        |wishes, is_wanted| wishes.duplicates = is_wanted,
    );
    let finished = wish(
        import,
        "finished",
        counts.finished + counts.finished_duplicates,
        said::add_finished,
        said::FINISHED_HELP,
        |wishes, is_wanted| wishes.finished = is_wanted,
    );
    let add = move |_| {
        if untrack(wanted) > 0 {
            import.add_what_is_wanted();
        }
    };
    view! {
        <h4 id=STAGE tabindex="-1" dir="auto">{title}</h4>
        <ul class="transfer-counts" role="list">{numbers}</ul>
        {another_format(import)}
        {duplicates}
        {finished}
        <div class="actions">
            <button
                type="button"
                class="button primary"
                aria-disabled=flag("true", move || wanted() == 0)
                on:click=handler(add)
            >
                {dynamic(label)}
            </button>
            <button
                type="button"
                class="button quiet"
                on:click=handler(move |_| import.restart(String::new()))
            >
                {said::CHOOSE_ELSE.say()}
            </button>
        </div>
        {problem_list(import, &found)}
        {first_items(&found.items)}
    }
    .into_any()
}

/// The format, and a button to read it as another one: choosing alone changes nothing, so that the choices can be gone
/// through by keys.
fn another_format(import: Import) -> AnyView {
    let chosen = RwSignal::new(import.format.get_untracked());
    let read = move |event: SubmitEvent| {
        event.prevent_default();
        import.read(Some(chosen.get_untracked()));
    };
    view! {
        <form class="transfer-format" on:submit=handler(read)>
            <label for=FORMAT>{said::READ_AS.say()}</label>
            {format_choice(FORMAT, chosen)}
            <button type="submit" class="button">{said::READ_AGAIN.say()}</button>
        </form>
    }
    .into_any()
}

/// A choice about all tasks of a kind, where there are any.
fn wish(
    import: Import,
    id: &str,
    number: usize,
    label: fn(usize) -> String,
    help: Text,
    set: fn(&mut Wishes, bool),
) -> Option<AnyView> {
    let change = move |event: Event| {
        let is_wanted = event_target_checked(&event);
        import.wishes.update(|wishes| set(wishes, is_wanted));
    };
    let help_id = format!("import-{id}");
    let choice = view! {
        <div>
            <label class="choice">
                <input type="checkbox" aria-describedby=help_id.clone() on:change=handler(change)/>
                <span>{label(number)}</span>
            </label>
            <p id=help_id class="quiet-text choice-help">{help.say()}</p>
        </div>
    };
    (number > 0).then(|| choice.into_any())
}

/// The first tasks, as they would be added.
fn first_items(items: &[Item]) -> Option<AnyView> {
    if items.is_empty() {
        return None;
    }
    let heading = match items.len() {
        all if all > SHOWN => said::first_of(all, &texts::number(SHOWN)),
        all => said::the_tasks(all),
    };
    let rows = items.iter().take(SHOWN).map(|item| {
        let mark = |text: String| view! { <span class="mark-word">{text}</span> };
        let marks = [
            item.done.then(|| mark(said::IS_FINISHED.say().to_owned())),
            item.duplicate.map(|duplicate| mark(words::duplicate(duplicate))),
        ];
        let description = words::start(&item.draft.description, DESCRIPTION_SHOWN);
        let description = (!description.is_empty())
            .then(|| view! { <p class="entry-text" dir="auto">{description}</p> });
        view! {
            <li class="entry">
                <p class="entry-what" dir="auto">{item.draft.summary.as_str().to_owned()}</p>
                {description}
                <p class="quiet-text">{said::line(&texts::number(item.line as usize))} {marks.into_iter().flatten().collect_view()}</p>
            </li>
        }
    });
    let list = view! {
        <h4 id="import-tasks">{heading}</h4>
        <ol class="entries" role="list" aria-labelledby="import-tasks">{rows.collect_view()}</ol>
    };
    Some(list.into_any())
}
