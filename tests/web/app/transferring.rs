//! Import and export.

use js_sys::{Function, Promise};
use leptos::prelude::document;
use serde_json::json;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

use super::task;
use crate::support::screen::{focused, text_of};
use crate::support::{Screen, Scripted, bundled, settle, until, until_some};

const TEXT: &str = "Or paste text";

/// Has the page read a text.
async fn read(app: &Screen, text: &str) {
    app.fill(TEXT, text).await;
    app.press("Read this text").await;
    until("the preview", || {
        app.find(".transfer-counts").is_some() && focused() == "import-stage"
    })
    .await;
}

/// What the page says was found.
fn counts(app: &Screen) -> String {
    text_of(&app.find(".transfer-counts").unwrap())
}

/// Ticks the box with a label that has this in it.
async fn tick(label: &str) {
    let found = until_some(label, || {
        let labels = document().query_selector_all("label.choice").unwrap();
        (0..labels.length())
            .filter_map(|at| labels.item(at)?.dyn_into::<HtmlElement>().ok())
            .find(|one| text_of(one).contains(label))
    });
    found.await.click();
    settle().await;
}

/// Gives the file input a file, as a person's choice does.
fn choose_file(name: &str, bytes: &[u8]) {
    let script = "
        const data = new DataTransfer();
        data.items.add(new File([bytes], name));
        const input = document.querySelector('input[type=file]');
        input.files = data.files;
        input.dispatchEvent(new Event('change', { bubbles: true }));";
    let bytes = js_sys::Uint8Array::from(bytes);
    Function::new_with_args("name, bytes", script)
        .call2(&JsValue::NULL, &JsValue::from(name), &bytes)
        .unwrap();
}

/// Keeps files from being saved, and gives them to `saved`.
const CATCH: &str = "
    const own = URL.createObjectURL;
    globalThis.savedFile = undefined;
    URL.createObjectURL = blob => { globalThis.savedFile = blob; return own.call(URL, blob); };
    const click = HTMLAnchorElement.prototype.click;
    HTMLAnchorElement.prototype.click = function () {
        if (this.download) globalThis.savedName = this.download; else click.call(this);
    };";

fn catch_files() {
    Function::new_no_args(CATCH).call0(&JsValue::NULL).unwrap();
}

/// The file that was saved last, and its name.
async fn saved() -> (String, String) {
    let file = until_some("a saved file", || {
        let script = "return globalThis.savedFile?.text()";
        let file = Function::new_no_args(script).call0(&JsValue::NULL).unwrap();
        file.dyn_into::<Promise>().ok()
    });
    let text = JsFuture::from(file.await).await.unwrap().as_string().unwrap();
    let name = Function::new_no_args("globalThis.savedFile = undefined; return globalThis.savedName")
        .call0(&JsValue::NULL)
        .unwrap();
    (name.as_string().unwrap(), text)
}

#[wasm_bindgen_test]
async fn what_is_read_is_shown_before_it_is_added() {
    let api = bundled(&[("Buy milk", "")]).await;
    let app = Screen::open("/transfer", &api).await;
    app.has_rows(&["Buy milk"]).await;
    app.is_read().await;
    read(
        &app,
        "- [ ] Buy milk\n- [ ] Call Ada\n- [x] Bake\n- [ ] Call Ada\n",
    )
    .await;
    assert_eq!(counts(&app), "4 tasks2 duplicates1 finished");
    app.says("Already on your list").await;
    app.says("Same as line 2").await;
    app.press("Add 1 task").await;
    app.has_rows(&["Buy milk", "Call Ada"]).await;
    app.all_sent().await;
    until("the focus at what has come of it", || focused() == "import-stage").await;
    app.says("1 task added").await;
    let kept = api.get_tasks().await.unwrap();
    assert_eq!(kept.len(), 2);

    app.press("Take it back").await;
    app.has_rows(&["Buy milk"]).await;
    app.says("off the list again").await;
    app.all_sent().await;
    assert_eq!(api.get_tasks().await.unwrap().len(), 1);
}

#[wasm_bindgen_test]
async fn duplicates_and_finished_ones_are_added_when_that_is_wanted() {
    let app = Screen::open("/transfer", &bundled(&[]).await).await;
    app.says("Nothing to do").await;
    read(&app, "x One\nTwo\nTwo\n").await;
    app.says("Add 1 task").await;
    tick("Add the duplicate too").await;
    app.says("Add 2 tasks").await;
    tick("Add the finished one too").await;
    app.press("Add 3 tasks").await;
    app.has_rows(&["One", "Two", "Two"]).await;
}

#[wasm_bindgen_test]
async fn a_problem_has_its_line_and_can_become_a_task() {
    let app = Screen::open("/transfer", &bundled(&[]).await).await;
    app.says("Nothing to do").await;
    let long = "a".repeat(200);
    choose_file(
        "tasks.csv",
        format!("summary,description\nOne,first\n{long},second\n,third\nTwo,2,3,4\n").as_bytes(),
    );
    app.says("What is in tasks.csv").await;
    app.says("Line 3: The summary has 200 characters").await;
    app.says("Line 4: This has no summary.").await;
    app.says("Line 5: This row has 4 fields, and the first row has 2.")
        .await;
    app.says("3 problems").await;
    app.says("Add 1 task").await;
    tick("Add it as “aaa").await;
    app.press("Add 2 tasks").await;
    let first = "a".repeat(119);
    app.has_rows(&["One", &first]).await;
    app.follow(&first).await;
    app.says(&long).await;
    app.says("second").await;
}

#[wasm_bindgen_test]
async fn the_format_is_guessed_and_can_be_another() {
    let app = Screen::open("/transfer", &bundled(&[]).await).await;
    app.says("Nothing to do").await;
    read(&app, "- [ ] One\n- [ ] Two\n").await;
    assert_eq!(counts(&app), "2 tasks");
    let select = app.field("Read as").await;
    let select: web_sys::HtmlSelectElement = select.unchecked_into();
    assert_eq!(select.value(), "md");
    select.set_value("txt");
    select
        .dispatch_event(&web_sys::Event::new("change").unwrap())
        .unwrap();
    app.press("Read again").await;
    app.press("Add 2 tasks").await;
    app.has_rows(&["- [ ] One", "- [ ] Two"]).await;
}

#[wasm_bindgen_test]
async fn nothing_to_read_is_said() {
    let app = Screen::open("/transfer", &bundled(&[]).await).await;
    app.press("Read this text").await;
    app.says("Choose a file or paste some text first.").await;
    read(&app, "[]").await;
    app.says("0 tasks").await;
    app.says("Nothing to add").await;
    app.press("Choose something else").await;
    until("the focus at the file", || focused() == "import-file").await;
}

#[wasm_bindgen_test]
async fn an_export_reads_what_is_not_known_and_has_it_all() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "About one"), task(2, "Two", "Line\nline"), task(3, "Three", "")],
    }))
    .await;
    let app = Screen::open("/transfer", &server.api()).await;
    app.has_rows(&["One", "Two", "Three"]).await;
    catch_files();
    app.press("Export 3 tasks").await;
    let (name, text) = saved().await;
    assert_eq!(name, "strikethrough-tasks.json");
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file.as_array().unwrap().len(), 3);
    assert_eq!(file[1]["summary"], "Two");
    assert_eq!(file[1]["description"], "Line\nline");
    app.says("Exported 3 tasks").await;
    assert_eq!(server.seen("read").await.len(), 3, "each once");
    // The second time all of it is known.
    app.press("Export 3 tasks").await;
    assert_eq!(saved().await.1, text);
    assert_eq!(server.seen("read").await.len(), 3);
}

#[wasm_bindgen_test]
async fn an_export_that_is_not_whole_says_so_first() {
    let server = Scripted::start(json!({
        "tasks": [task(1, "One", "About one"), task(2, "Two", "About two")],
        "replies": [{ "call": "read", "status": 503 }],
    }))
    .await;
    let app = Screen::open("/transfer", &server.api()).await;
    app.has_rows(&["One", "Two"]).await;
    catch_files();
    app.press("Export 2 tasks").await;
    app.says("2 descriptions could not be read").await;
    until("the focus at the question", || focused() == "export-stage").await;
    app.press("Export without them").await;
    let (_, text) = saved().await;
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(file[0]["summary"], "One");
    until("the focus where it was", || focused() == "export-button").await;
}
