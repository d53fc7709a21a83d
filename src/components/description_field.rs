//! The field for a description, to write in and to see what will be read.

use leptos::ev::{Event, KeyboardEvent, MouseEvent};
use leptos::prelude::*;

use super::description::description;
use super::dynamic::{attribute, dynamic, flag, handler, part};
use super::rich::{marked, with_code};
use crate::browser::page;
use crate::texts::{Text, common, description as said};

const WRITE: &str = "write-tab";
const PREVIEW: &str = "preview-tab";
const WRITE_PANEL: &str = "write-panel";
const PREVIEW_PANEL: &str = "preview-panel";
const HINT: &str = "description-hint";

/// The field with its label and its two tabs, by the pattern "Tabs" of the ARIA Authoring Practices Guide. What is typed
/// stays in the document while the preview is shown, and out of sight: a browser that lays a field out anew may have
/// forgotten what could be undone in it.
#[component]
pub(super) fn DescriptionField(
    /// The element's id.
    id: &'static str,
    /// What is typed.
    value: RwSignal<String>,
    /// Whether the preview is shown.
    previewing: RwSignal<bool>,
    /// While true, nothing can be typed.
    readonly: RwSignal<bool>,
) -> impl IntoView {
    let keys = move |event: KeyboardEvent| {
        if event.alt_key() || event.ctrl_key() || event.meta_key() || event.shift_key() {
            // Those are the browser's.
            return;
        }
        // There are two, so that each arrow leads from the one to the other, in either direction of writing.
        let wanted = match event.key().as_str() {
            "ArrowLeft" | "ArrowRight" => !previewing.get_untracked(),
            "Home" => false,
            "End" => true,
            _ => return,
        };
        event.prevent_default();
        previewing.set(wanted);
        page::focus(if wanted { PREVIEW } else { WRITE });
    };
    let tab = move |tab: &'static str, panel: &'static str, words: Text, is_preview: bool| {
        let is_selected = move || previewing.get() == is_preview;
        view! {
            <button
                type="button"
                role="tab"
                id=tab
                class="tab"
                aria-controls=panel
                aria-selected=attribute(move || Some(is_selected().to_string()))
                tabindex=attribute(move || (!is_selected()).then(|| "-1".to_owned()))
                on:click=handler(move |_: MouseEvent| previewing.set(is_preview))
            >
                {words.say()}
            </button>
        }
        .into_any()
    };
    let preview = move || {
        let text = Box::new(move || value.get());
        previewing
            .get()
            .then(|| description(text, said::NOTHING_TO_PREVIEW, None))
    };
    let [bold, heading, item, task_box] = ["**bold**", "# heading", "- item", "- [ ]"].map(marked);
    let hint = said::hint(&bold, &heading, &item, &task_box);
    view! {
        <div class="description-head">
            <label for=id>{common::DESCRIPTION.say()}</label>
            <div role="tablist" class="tabs" aria-label=said::TABS.say() on:keydown=handler(keys)>
                {tab(WRITE, WRITE_PANEL, said::WRITE, false)}
                {tab(PREVIEW, PREVIEW_PANEL, said::PREVIEW, true)}
            </div>
        </div>
        <div class="description-panels">
            <div
                role="tabpanel"
                id=WRITE_PANEL
                aria-labelledby=WRITE
                class:put-away=dynamic(move || previewing.get())
            >
                <textarea
                    id=id
                    class="field"
                    dir="auto"
                    rows="8"
                    aria-describedby=HINT
                    readonly=flag("", move || readonly.get())
                    prop:value=dynamic(move || value.get())
                    on:input=handler(move |event: Event| value.set(event_target_value(&event)))
                ></textarea>
                <p id=HINT class="quiet-text field-hint">
                    {with_code(&hint)}
                </p>
            </div>
            <div
                role="tabpanel"
                id=PREVIEW_PANEL
                aria-labelledby=PREVIEW
                class="preview"
                tabindex="0"
                hidden=flag("", move || !previewing.get())
            >
                {part(preview)}
            </div>
        </div>
    }
}

/// Gives the focus to the field, which is out of sight while the preview is shown.
pub(super) fn write_in(id: &'static str, previewing: RwSignal<bool>) {
    if !previewing.get_untracked() {
        page::focus(id);
        return;
    }
    previewing.set(false);
    // The page is drawn anew by then.
    request_animation_frame(move || {
        page::focus(id);
    });
}
