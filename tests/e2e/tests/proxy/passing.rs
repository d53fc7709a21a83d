//! What meets no fault passes as it is.

use anyhow::Result;
use reqwest::Method;
use serde_json::json;
use strikethrough_e2e::foreign::Call;
use strikethrough_e2e::proxy::{Fault, Kind, Match, Proxy, Rule};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Bench, INDEX, rows_after};

/// Everything a client sends at once, and everything it gets until the connection ends.
async fn exchange(origin: &str, sent: &str) -> Result<String> {
    let mut stream = TcpStream::connect(origin.trim_start_matches("http://")).await?;
    stream.write_all(sent.as_bytes()).await?;
    let mut got = String::new();
    stream.read_to_string(&mut got).await?;
    Ok(got)
}

/// Header lines in order of their names, without the two that may differ.
fn lines(answer: &str) -> Vec<&str> {
    let mut lines: Vec<_> = answer
        .lines()
        .filter(|line| !line.starts_with("date:") && !line.to_lowercase().starts_with("connection:"))
        .collect();
    lines.sort_unstable();
    lines
}

#[tokio::test]
async fn answers_are_the_servers_own() -> Result<()> {
    let bench = Bench::start(Kind::Helpful).await?;
    bench.proxy.config(None);
    // A rule for others is none for these.
    bench.proxy.inject(Rule::always(Match::API, Fault::status(500)));
    for path in [
        "/",
        "/index.html",
        "/task/1",
        "/missing.js",
        "/healthz",
        "/config.json",
    ] {
        let sent = format!("GET {path} HTTP/1.1\r\nHost: tasks.example\r\nConnection: close\r\n\r\n");
        let direct = exchange(&bench.server, &sent).await?;
        let through = exchange(&bench.proxy.origin, &sent).await?;
        assert_eq!(lines(&direct), lines(&through), "{path}");
    }
    bench.proxy.heal();
    for call in [Call::List, Call::Read, Call::Create, Call::Update, Call::Done] {
        let bench = Bench::start(Kind::Helpful).await?;
        let version = bench.version().await?;
        let seen = bench.call(call, &version).await?;
        assert!(
            seen.status().is_some_and(|status| status < 300),
            "{call:?}: {seen:?}"
        );
        assert_eq!(bench.rows().await?, rows_after(call));
    }
    Ok(())
}

#[tokio::test]
async fn preflights_pass_every_rule_but_their_own() -> Result<()> {
    let bench = Bench::start(Kind::Helpful).await?;
    let preflight = [
        ("Origin", "https://elsewhere.example"),
        ("Access-Control-Request-Method", "PUT"),
    ];
    let honest = bench.ask(Method::OPTIONS, "/tasks/1/", &preflight, None).await?;
    bench.proxy.inject(Rule::always(Match::API, Fault::status(599)));
    let seen = bench.ask(Method::OPTIONS, "/tasks/1/", &preflight, None).await?;
    assert_eq!(seen.status(), honest.status());
    let theirs = Match {
        method: Some("OPTIONS"),
        ..Match::API
    };
    bench.proxy.inject(Rule::always(theirs, Fault::status(598)));
    let seen = bench.ask(Method::OPTIONS, "/tasks/1/", &preflight, None).await?;
    assert_eq!(seen.status(), Some(598));
    Ok(())
}

#[tokio::test]
async fn a_baseline_server_knows_no_versions_and_no_keys() -> Result<()> {
    let task = json!({ "summary": "Bake bread", "description": "" });
    let key = [("Idempotency-Key", "b1f5")];
    let stale = [("If-Match", "\"stale\"")];
    for (kind, copies, stale_edit) in [(Kind::Helpful, 1, 412), (Kind::Baseline, 2, 204)] {
        let bench = Bench::start(kind).await?;
        for _ in 0..2 {
            let made = bench
                .ask(Method::POST, "/tasks/", &key, Some(task.clone()))
                .await?;
            assert_eq!(made.status(), Some(201));
            assert_eq!(made.header("idempotency-key").is_some(), kind == Kind::Helpful);
        }
        assert_eq!(bench.rows().await?.len(), 2 + copies, "{kind:?}");
        let read = bench.call(Call::Read, "").await?;
        assert_eq!(read.header("etag").is_some(), kind == Kind::Helpful);
        let edit = bench
            .ask(Method::PUT, "/tasks/1/", &stale, Some(task.clone()))
            .await?;
        assert_eq!(edit.status(), Some(stale_edit), "{kind:?}");
        // What the app said is in the log all the same.
        let log = bench.proxy.log();
        assert_eq!(log[0].idempotency_key.as_deref(), Some("b1f5"));
        assert_eq!(log[3].if_match.as_deref(), Some("\"stale\""));
        // Files are no part of that.
        let index = bench.ask(Method::GET, "/index.html", &[], None).await?;
        assert_eq!(index.body(), INDEX);
        assert!(index.header("last-modified").is_some());
        let config = bench.ask(Method::GET, "/config.json", &[], None).await?;
        assert_eq!(config.body(), kind.config());
    }
    Ok(())
}

#[tokio::test]
async fn chunks_pass_both_ways() -> Result<()> {
    let bench = Bench::start(Kind::Helpful).await?;
    let body = r#"{"summary":"Bake bread","description":"rye"}"#;
    let (one, two) = body.split_at(11);
    let sent = format!(
        "POST /tasks/ HTTP/1.1\r\nHost: tasks.example\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n{:x}\r\n{one}\r\n{:X};note=1\r\n{two}\r\n0\r\n\r\n",
        one.len(),
        two.len()
    );
    let got = exchange(&bench.proxy.origin, &sent).await?;
    assert!(got.starts_with("HTTP/1.1 201"), "{got}");
    assert_eq!(bench.rows().await?, rows_after(Call::Create));
    assert_eq!(String::from_utf8(bench.proxy.log()[0].body.clone())?, body);

    // A server that answers in chunks, with a trailer, after an interim answer.
    let answer =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n[{}\r\n1\r\n]\r\n0\r\nX-End: 1\r\n\r\n";
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let proxy = Proxy::start(listener.local_addr()?, Kind::Helpful).await?;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = [0; 4096];
            let _ = stream.read(&mut request).await;
            let _ = stream
                .write_all(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
                .await;
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let sent = "GET /tasks/ HTTP/1.1\r\nHost: tasks.example\r\n\r\n";
    let got = exchange(&proxy.origin, sent).await?;
    assert_eq!(
        got,
        answer.replacen("\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1)
    );
    // Cut in the middle, it is no whole answer for any client.
    proxy.inject(Rule::once(Match::API, Fault::ResetMidBody));
    let broken = exchange(&proxy.origin, sent).await;
    assert!(broken.is_err(), "{broken:?}");
    Ok(())
}

#[tokio::test]
async fn a_large_body_arrives_whole() -> Result<()> {
    let bench = Bench::start(Kind::Helpful).await?;
    let description = "ä".repeat(400_000);
    let task = json!({ "summary": "Long", "description": description });
    let made = bench.ask(Method::POST, "/tasks/", &[], Some(task)).await?;
    assert_eq!(made.status(), Some(201));
    assert_eq!(bench.rows().await?[2].1, description);
    let read = bench.ask(Method::GET, "/tasks/3/", &[], None).await?;
    assert_eq!(read.json().unwrap()["description"], description);
    Ok(())
}

#[tokio::test]
async fn a_dead_server_is_a_network_that_is_gone() -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let proxy = Proxy::start(listener.local_addr()?, Kind::Helpful).await?;
    drop(listener);
    let got = exchange(&proxy.origin, "GET / HTTP/1.1\r\nHost: tasks.example\r\n\r\n").await;
    let kind = got.unwrap_err().downcast::<std::io::Error>()?.kind();
    assert_eq!(kind, std::io::ErrorKind::ConnectionReset);
    assert_eq!(proxy.log()[0].upstream, None);
    Ok(())
}
