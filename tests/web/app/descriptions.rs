//! Descriptions: formatted, ticked, and previewed while they are written.

use leptos::prelude::document;
use serde_json::json;
use strikethrough::sync::Text;
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit, Node};

use super::task;
use crate::support::database;
use crate::support::screen::{focused, path, text_of, value_of};
use crate::support::servers::json_reply;
use crate::support::{Screen, Scripted, bundled, settle, until};

/// The texts of all elements for a selector.
fn texts(selector: &str) -> Vec<String> {
    elements(selector).iter().map(text_of).collect()
}

fn elements(selector: &str) -> Vec<Element> {
    let found = document().query_selector_all(selector).unwrap();
    (0..found.length())
        .map(|at| found.get(at).unwrap().unchecked_into())
        .collect()
}

/// The box of an item.
fn task_box(item: &str) -> HtmlInputElement {
    let mut labels = elements(".detail .formatted label").into_iter();
    let label = labels.find(|label| text_of(label) == item).unwrap();
    label.query_selector("input").unwrap().unwrap().unchecked_into()
}

fn has_focus(element: &Node) -> bool {
    document()
        .active_element()
        .is_some_and(|active| *active == *element)
}

/// Changes the description of the first task, as if somewhere else, at once.
fn change(app: &Screen, before: &str, after: &str) {
    let store = app.store();
    let row = store.row_now(store.shown_now().keys()[0]).unwrap();
    let text = |description: &str| Text {
        summary: row.summary.clone(),
        description: description.to_owned(),
    };
    store.update(
        &row.task,
        text(before),
        text(after),
        Box::new(|kept| kept.unwrap()),
    );
}

const LIST: &str = "- [ ] bread\n- [x] milk\n- [ ] tea";

async fn list() -> (Scripted, Screen) {
    let server = Scripted::start(json!({ "tasks": [task(1, "Shop", LIST)] })).await;
    let app = Screen::open("/task/1", &server.api()).await;
    app.wait_for(".detail .formatted li").await;
    app.is_read().await;
    settle().await;
    (server, app)
}

#[wasm_bindgen_test]
async fn markdown_becomes_elements() {
    let source = "# Trip\n\n**Pack** *soon*, ~~late~~ `code`\nand more\n\n> said\n\n```rust\nfn a() {}\n```\n\n\
        3. three\n\n|a|b|\n|-|-:|\n|c|d|\n\n[site](http://example.com/ 'title') <b>raw</b> [no](javascript:xss=1)";
    let app = Screen::open("/task/1", &bundled(&[("Shop", source)]).await).await;
    app.wait_for(".detail .formatted table").await;
    for (selector, wanted) in [
        ("h3", "Trip"),
        ("strong", "Pack"),
        ("em", "soon"),
        ("del", "late"),
        ("p > code", "code"),
        ("blockquote > p", "said"),
        (".code-language", "rust"),
        ("pre", "fn a() {}"),
        ("ol[start='3'] > li", "three"),
        ("[role=group][aria-label=Table][tabindex='0'] > table th", "a"),
        ("td.align-right", "d"),
        (
            "a[href='http://example.com/'][title=title][rel='noopener noreferrer']",
            "site",
        ),
        (".raw-html", "<b>"),
        (".refused-link", "no (javascript:xss=1)"),
    ] {
        let found = texts(&format!(".detail .formatted {selector}"));
        assert_eq!(found.first().map(String::as_str), Some(wanted), "{selector}");
    }
    assert!(app.find(".formatted b, .formatted a[href^=javascript]").is_none());
    let lines = app.find(".formatted > p").unwrap().text_content().unwrap();
    assert_eq!(lines, "Pack soon, late code\nand more");
}

#[wasm_bindgen_test]
async fn what_is_not_formatted_is_shown_as_it_was_written() {
    let deep = format!("{}a\n  b", "> ".repeat(100));
    for (source, why) in [(deep.as_str(), "nested too deeply"), ("[a]: http://b", "")] {
        let app = Screen::open("/task/1", &bundled(&[("Shop", source)]).await).await;
        let shown = app.wait_for(".formatted .as-written").await;
        assert_eq!(shown.text_content().as_deref(), Some(source));
        assert!(text_of(&app.find(".formatted").unwrap()).contains(why));
    }
}

#[wasm_bindgen_test]
async fn a_box_that_is_ticked_is_an_edit_and_keeps_the_focus() {
    let (server, app) = list().await;
    let bread = task_box("bread");
    bread.focus().unwrap();
    bread.click();
    app.all_sent().await;
    let seen = server.seen("update").await;
    let wanted = json!({ "summary": "Shop", "description": "- [x] bread\n- [x] milk\n- [ ] tea" });
    assert_eq!((seen.len(), &seen[0]["body"]), (1, &wanted));
    assert!(bread.checked() && bread.is_connected() && has_focus(&bread));

    // One after the other, the one before still on its way.
    server.next("update", json!({ "held": true })).await;
    task_box("milk").click();
    settle().await;
    task_box("tea").click();
    settle().await;
    assert!(!task_box("milk").checked() && task_box("tea").checked());
    server.open().await;
    app.all_sent().await;
    let held = server.api().get_tasks().await.unwrap();
    let held = server.api().describe_task(&held[0].id).await.unwrap();
    assert_eq!(held.description, "- [x] bread\n- [ ] milk\n- [x] tea");

    // Undone with the keys, though the focus is on a box.
    let keys = KeyboardEventInit::new();
    keys.set_key("z");
    keys.set_ctrl_key(true);
    keys.set_bubbles(true);
    keys.set_cancelable(true);
    bread.focus().unwrap();
    let undo = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &keys).unwrap();
    assert!(!bread.dispatch_event(&undo).unwrap(), "it is taken");
    until("the tick is gone", || !task_box("tea").checked()).await;
    assert!(bread.is_connected() && has_focus(&bread));
}

#[wasm_bindgen_test]
async fn the_focus_stays_on_its_item_when_the_text_is_another() {
    let (_server, app) = list().await;
    task_box("tea").focus().unwrap();
    change(&app, LIST, "First this\n\n- [ ] bread\n- [x] tea\n- [ ] jam");
    app.says("First this").await;
    assert!(task_box("tea").checked());
    assert!(has_focus(&task_box("tea")));
    change(
        &app,
        "First this\n\n- [ ] bread\n- [x] tea\n- [ ] jam",
        "No list any more",
    );
    app.says("No list any more").await;
    assert_eq!(focused(), "pane-heading");
    change(&app, "No list any more", "");
    until("nothing", || app.find(".formatted:empty").is_some()).await;
}

#[wasm_bindgen_test]
async fn what_goes_on_elsewhere_leaves_the_elements_alone() {
    let (_server, app) = list().await;
    let before = task_box("bread");
    app.fill("Add a task", "Another").await;
    app.enter("Add a task").await;
    app.all_sent().await;
    app.has_rows(&["Shop", "Another"]).await;
    assert!(before.is_connected());
}

#[wasm_bindgen_test]
async fn a_box_of_a_text_that_has_changed_is_not_ticked_and_that_is_said() {
    let (server, app) = list().await;
    let after = "- [ ] jam\n- [ ] bread";
    change(&app, LIST, after);
    // Before the page is drawn anew.
    task_box("bread").click();
    app.says("changed in the meantime").await;
    assert_eq!(texts(".formatted label"), ["jam", "bread"]);
    assert!(!task_box("jam").checked() && !task_box("bread").checked());
    task_box("bread").click();
    until("nothing is wrong any more", || {
        text_of(&app.find(".detail [role=alert]").unwrap()).is_empty()
    })
    .await;
    app.all_sent().await;
    let seen = server.seen("update").await;
    assert_eq!(
        seen.last().unwrap()["body"]["description"],
        "- [ ] jam\n- [x] bread"
    );
}

#[wasm_bindgen_test]
async fn a_tick_that_this_device_does_not_keep_is_taken_back_and_says_why() {
    let (server, app) = list().await;
    database::upgrade(database::NAME).await;
    task_box("bread").click();
    app.says("newer version of this app").await;
    until("it is as before", || !task_box("bread").checked()).await;
    assert!(server.seen("update").await.is_empty());
}

#[wasm_bindgen_test]
async fn a_task_that_cannot_be_edited_has_boxes_to_look_at() {
    let (server, app) = list().await;
    server
        .next("update", json_reply(422, r#"{ "detail": "Too dull." }"#))
        .await;
    let bread = task_box("bread");
    bread.focus().unwrap();
    bread.click();
    app.row_says("Shop", "Too dull.").await;
    until("boxes that can’t be ticked", || task_box("bread").disabled()).await;
    assert!(task_box("bread").checked(), "what was wished is shown");
    until("the focus on the page", || focused() == "pane-heading").await;
    app.press("Try again: Shop").await;
    app.all_sent().await;
    until("boxes that can be ticked", || !task_box("bread").disabled()).await;
    server.next("done", json!({ "held": true })).await;
    app.press("Finish task").await;
    assert!(task_box("bread").disabled());
    server.open().await;
    app.all_sent().await;
    until("the list", || path() == "/").await;
}

#[wasm_bindgen_test]
async fn a_box_without_a_text_has_a_name() {
    let app = Screen::open("/task/1", &bundled(&[("Shop", "- [ ] a\n- [ ]\n- [x] b")]).await).await;
    app.wait_for(".formatted li").await;
    let names: Vec<_> = elements(".formatted input")
        .iter()
        .map(|found| found.get_attribute("aria-label"))
        .collect();
    assert_eq!(names, [None, Some("Item 2".to_owned()), None]);
}

/// The tabs' names and whether each is selected and can be reached with Tab.
fn tabs() -> Vec<(String, bool)> {
    let is_it = |tab: &Element| {
        let is_selected = tab.get_attribute("aria-selected").as_deref() == Some("true");
        assert_eq!(is_selected, !tab.has_attribute("tabindex"));
        is_selected
    };
    let tabs = elements(".task-form [role=tab]");
    tabs.iter().map(|tab| (text_of(tab), is_it(tab))).collect()
}

#[wasm_bindgen_test]
async fn a_description_can_be_previewed_while_it_is_written() {
    let server = Scripted::start(json!({ "tasks": [task(1, "Shop", LIST)] })).await;
    let app = Screen::open("/task/1/edit", &server.api()).await;
    app.has_value("Description", LIST).await;
    let field = app.field("Description").await;
    app.fill("Description", "# Trip\n\n- [ ] pack").await;
    assert!(app.find(".preview .formatted").is_none());
    app.press("Preview").await;
    assert_eq!(
        tabs(),
        [("Write".to_owned(), false), ("Preview".to_owned(), true)]
    );
    assert_eq!(texts(".preview h3"), ["Trip"]);
    let shown: HtmlInputElement = app.find(".preview input").unwrap().unchecked_into();
    assert!(shown.disabled());
    assert!(app.field("Description").await == field && field.is_connected());
    assert_eq!(value_of(&field), "# Trip\n\n- [ ] pack");

    for (key, is_preview) in [
        ("ArrowLeft", false),
        ("ArrowLeft", true),
        ("ArrowRight", false),
        ("End", true),
        ("Home", false),
    ] {
        let tab: HtmlElement = document().active_element().unwrap().unchecked_into();
        let tab = if tab.id().ends_with("-tab") {
            tab
        } else {
            let tab = app.find("#preview-tab").unwrap();
            tab.focus().unwrap();
            tab
        };
        let init = KeyboardEventInit::new();
        init.set_key(key);
        init.set_bubbles(true);
        init.set_cancelable(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init).unwrap();
        assert!(!tab.dispatch_event(&event).unwrap());
        settle().await;
        let selected = if is_preview { "preview-tab" } else { "write-tab" };
        assert_eq!(focused(), selected, "{key}");
        assert_eq!(tabs()[1].1, is_preview, "{key}");
        assert_eq!(app.find(".preview").unwrap().hidden(), !is_preview, "{key}");
    }
    app.press("Save").await;
    until("the task", || path() == "/task/1").await;
    app.all_sent().await;
    let seen = server.seen("update").await;
    assert_eq!(seen[0]["body"]["description"], "# Trip\n\n- [ ] pack");
}

#[wasm_bindgen_test]
async fn a_draft_is_previewed_too_and_pasted_lines_are_written_on() {
    let app = Screen::open("/new", &bundled(&[]).await).await;
    app.press("Preview").await;
    app.says("There is nothing to preview yet.").await;
    app.press("Write").await;
    app.fill("Description", "*soon*").await;
    app.press("Preview").await;
    let app = app.reload().await;
    app.has_value("Description", "*soon*").await;
    app.press("Preview").await;
    assert_eq!(texts(".preview em"), ["soon"]);
    assert!(app.paste("Summary", "One\nTwo").await);
    app.press("One task with a description").await;
    until("the focus in the field", || focused() == "form-description").await;
    app.has_value("Description", "*soon*\nTwo").await;
}
