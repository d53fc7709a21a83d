//! The same five calls against servers that are nothing like ours.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use strikethrough_e2e::browser::Browser;
use strikethrough_e2e::console::FAILED_REQUESTS;
use strikethrough_e2e::find::eventually;
use strikethrough_e2e::foreign::{
    Answer, Call, Gate, ListStyle, Scripted, django, foreign_task, json_server,
};
use strikethrough_e2e::page::{App, SAVED};
use strikethrough_e2e::site::Site;

in_both_browsers!(
    odd_ids_come_back_exactly,
    pages_by_link,
    pages_by_envelope,
    json_server_all_calls,
    django_all_calls,
    nothing_but_the_baseline_is_needed,
);

/// All five calls through the app, on a list that starts with "Buy milk" and "Call Ada".
async fn all_calls(app: &App) -> Result<()> {
    app.open("").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    app.tasks().link("Buy milk").click().await?;
    app.detail().shows("Buy milk", "two litres").await?;
    app.detail().edit().click().await?;
    app.form().holds("Buy milk", "two litres").await?;
    app.form().summary().retype("Buy oat milk").await?;
    app.form().description().retype("one litre\nunsweetened").await?;
    app.form().save().click().await?;
    app.detail()
        .shows("Buy oat milk", "one litre\nunsweetened")
        .await?;
    app.header_link("Strikethrough").click().await?;
    app.tasks().add("Bake").await?;
    app.tasks().shows(&["Buy oat milk", "Call Ada", "Bake"]).await?;
    // What was just made can be opened and finished at once: the id from the answer is the right one.
    app.tasks().link("Bake").click().await?;
    app.detail().heading("Bake").one().await?;
    app.detail().finish().click().await?;
    app.tasks().shows(&["Buy oat milk", "Call Ada"]).await?;
    app.tasks().finish("Call Ada").click().await?;
    app.tasks().shows(&["Buy oat milk"]).await?;
    // All of it holds when everything is read anew.
    app.browser.driver.refresh().await?;
    app.tasks().shows(&["Buy oat milk"]).await?;
    app.tasks().link("Buy oat milk").click().await?;
    app.detail().shows("Buy oat milk", "one litre\nunsweetened").await
}

async fn odd_ids_come_back_exactly(browser: &Browser) -> Result<()> {
    for (milk, ada) in [
        (json!("a/b c?d#e%f"), json!("ünïcødé 👋")),
        (
            json!(9_007_199_254_740_993_u64),
            json!(18_446_744_073_709_551_615_u64),
        ),
        (json!("007"), json!(-7)),
        (json!("edit"), json!("new")),
    ] {
        let tasks = vec![
            foreign_task(milk.clone(), "Buy milk", "two litres"),
            foreign_task(ada, "Call Ada", ""),
        ];
        let (server, app) = Scripted::start(browser, tasks).await?;
        all_calls(&app).await?;
        let left = server.tasks();
        let [task] = left.as_slice() else {
            anyhow::bail!("the server holds {left:?}")
        };
        ensure!(
            task.get("id") == Some(&milk),
            "the id {milk} became {:?}",
            task.get("id")
        );
        ensure!(
            task.get("summary") == Some(&json!("Buy oat milk")),
            "the server holds {task}"
        );
        let put = server.seen(Call::Update);
        let body = put.first().map(|put| put.body.clone());
        let wanted = json!({ "summary": "Buy oat milk", "description": "one litre\nunsweetened" });
        ensure!(body == Some(wanted), "PUT sent {body:?}");
        // The task's own address works when it is opened by itself.
        browser.driver.refresh().await?;
        app.detail()
            .shows("Buy oat milk", "one litre\nunsweetened")
            .await?;
    }
    Ok(())
}

fn numbered(count: usize) -> (Vec<Value>, Vec<String>) {
    let names: Vec<_> = (1..=count).map(|number| format!("Task {number}")).collect();
    (
        names
            .iter()
            .zip(1..)
            .map(|(name, id)| foreign_task(id, name, ""))
            .collect(),
        names,
    )
}

async fn shown_as_they_arrive(browser: &Browser, style: ListStyle) -> Result<()> {
    let (tasks, names) = numbered(7);
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let (server, app) = Scripted::start(browser, tasks).await?;
    server.list_style(style);
    // The second page is held back; the first is shown meanwhile, and can be worked with.
    let gate = Gate::default();
    server.next(Call::List, Answer::honest());
    server.next(Call::List, Answer::honest().after(&gate));
    app.open("").await?;
    let (first, _) = names.split_at(3);
    app.tasks().shows(first).await?;
    gate.open();
    app.tasks().shows(&names).await?;
    let asked: Vec<_> = server
        .seen(Call::List)
        .into_iter()
        .map(|seen| seen.target)
        .collect();
    ensure!(
        asked == ["/tasks/", "/tasks/?page=1", "/tasks/?page=2"],
        "the app asked for {asked:?}"
    );
    app.tasks().finish("Task 7").click().await?;
    let (six, _) = names.split_at(6);
    app.tasks().shows(six).await
}

async fn pages_by_link(browser: &Browser) -> Result<()> {
    shown_as_they_arrive(browser, ListStyle::Link(3)).await
}

async fn pages_by_envelope(browser: &Browser) -> Result<()> {
    shown_as_they_arrive(browser, ListStyle::Envelope(3)).await
}

/// The app on one origin, its API on another.
async fn across_origins(browser: &Browser, api: &str) -> Result<(Site, App)> {
    let site = Site::start(&json!({ "api": api }).to_string()).await?;
    let app = App::new(browser, &format!("{}/", site.origin));
    Ok((site, app))
}

async fn json_server_all_calls(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let tasks = [
        json!({ "id": 1, "summary": "Buy milk", "description": "two litres" }),
        json!({ "id": "b-2", "summary": "Call Ada", "description": "" }),
    ];
    let server = json_server(&tasks).await?;
    let (_site, app) = across_origins(browser, &server.api).await?;
    all_calls(&app).await?;
    app.open("task/987").await?;
    app.detail().is_missing().await
}

async fn django_all_calls(browser: &Browser) -> Result<()> {
    browser.console.announce(FAILED_REQUESTS);
    let server = django().await?;
    let (_site, app) = across_origins(browser, &server.api).await?;
    app.open("new").await?;
    app.form().summary().type_keys("Buy milk").await?;
    app.form().description().type_keys("two litres").await?;
    app.form().add().click().await?;
    app.tasks().link("Buy milk").one().await?;
    app.tasks().add("Call Ada").await?;
    app.tasks().shows(&["Buy milk", "Call Ada"]).await?;
    all_calls(&app).await?;
    app.open("task/00000000-0000-0000-0000-000000000000").await?;
    app.detail().is_missing().await?;
    // Django's own words about a field stand beside the task. It refuses NUL, which our rule allows.
    app.open("new").await?;
    let field = app.form().summary().one().await?;
    let script =
        "arguments[0].value = 'a\\u0000b'; arguments[0].dispatchEvent(new Event('input', { bubbles: true }))";
    browser.driver.execute(script, vec![field.to_json()?]).await?;
    app.form().add().click().await?;
    app.tasks().row_says("Null characters are not allowed.").await?;
    app.tasks()
        .region()
        .inner_like("button", "Discard: ")
        .click()
        .await?;
    app.find("button", "Discard it").click().await?;
    app.stands(SAVED).await?;
    // More than a page of three.
    for name in ["Two", "Three", "Four", "Five"] {
        app.tasks().add(name).await?;
    }
    app.tasks()
        .shows(&["Buy oat milk", "Two", "Three", "Four", "Five"])
        .await?;
    browser.driver.refresh().await?;
    app.tasks()
        .shows(&["Buy oat milk", "Two", "Three", "Four", "Five"])
        .await
}

async fn nothing_but_the_baseline_is_needed(browser: &Browser) -> Result<()> {
    let api = Scripted::start_bare(vec![
        foreign_task(1, "Buy milk", "two litres"),
        foreign_task("b", "Call Ada", ""),
    ])
    .await?;
    let (site, app) = across_origins(browser, &format!("{}/", api.origin)).await?;
    api.permit(&site.origin)?;
    all_calls(&app).await?;
    // To another origin nothing goes that needs more permission than Content-Type.
    for call in [Call::List, Call::Read, Call::Create, Call::Update, Call::Done] {
        for seen in api.seen(call) {
            for header in [
                "idempotency-key",
                "if-match",
                "if-none-match",
                "authorization",
                "cookie",
            ] {
                ensure!(
                    !seen.headers.contains_key(header),
                    "{call:?} sent {header} to another origin"
                );
            }
        }
    }
    eventually("every call seen", async || {
        let missing: Vec<_> = [Call::List, Call::Read, Call::Create, Call::Update, Call::Done]
            .into_iter()
            .filter(|call| api.seen(*call).is_empty())
            .collect();
        ensure!(missing.is_empty(), "never sent: {missing:?}");
        Ok(())
    })
    .await
}
