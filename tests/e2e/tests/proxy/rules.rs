//! Which requests meet which fault, and what the proxy tells about them.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use reqwest::Method;
use strikethrough_e2e::find::DEADLINE;
use strikethrough_e2e::foreign::Call;
use strikethrough_e2e::proxy::{Ending, Fault, Kind, Match, Path, Rule};
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

use crate::support::{Bench, Seen, refuses, rows_before};

#[tokio::test]
async fn a_rule_is_met_as_often_as_it_says_and_in_its_turn() -> Result<()> {
    let bench = Bench::start(Kind::Helpful).await?;
    let list = Match::call(Call::List);
    bench
        .proxy
        .inject(Rule::times(2, list.clone(), Fault::status(500)));
    bench.proxy.inject(Rule::once(list.clone(), Fault::status(503)));
    bench
        .proxy
        .inject(Rule::always(Match::call(Call::Read), Fault::status(418)));
    let mut seen = Vec::new();
    for call in [
        Call::List,
        Call::Read,
        Call::List,
        Call::List,
        Call::List,
        Call::Read,
    ] {
        seen.push(bench.call(call, "").await?.status().unwrap());
    }
    assert_eq!(seen, [500, 418, 500, 503, 200, 418]);
    bench.proxy.heal();
    assert_eq!(bench.call(Call::Read, "").await?.status(), Some(200));
    Ok(())
}

#[tokio::test]
async fn paths_are_told_apart() -> Result<()> {
    let bench = Bench::start(Kind::Helpful).await?;
    let paths = ["/tasks/", "/tasks/1/", "/tasks/2/", "/index.html"];
    for (path, met) in [
        (Path::Any, [true, true, true, true]),
        (Path::Api, [true, true, true, false]),
        (Path::Task, [false, true, true, false]),
        (Path::Exact("/tasks/2/".to_owned()), [false, false, true, false]),
        (Path::Prefix("/tasks/1".to_owned()), [false, true, false, false]),
    ] {
        let matches = Match {
            method: Some("GET"),
            path: path.clone(),
        };
        bench.proxy.inject(Rule::always(matches, Fault::status(418)));
        for (asked, met) in paths.iter().zip(met) {
            // A query is no part of the path.
            let seen = bench
                .ask(Method::GET, &format!("{asked}?after=0"), &[], None)
                .await?;
            assert_eq!(seen.status() == Some(418), met, "{path:?} and {asked}");
        }
        bench.proxy.heal();
    }
    Ok(())
}

#[tokio::test]
async fn the_log_tells_everything() -> Result<()> {
    let bench = Bench::start(Kind::Helpful).await?;
    let version = bench.version().await?;
    bench
        .proxy
        .inject(Rule::once(Match::call(Call::Update), Fault::ResetAfterCommit));
    bench.call(Call::Update, &version).await?;
    bench.call(Call::Create, "").await?;
    bench
        .proxy
        .wait_for("both ended", DEADLINE, |log| {
            log.len() == 2 && log.iter().all(|one| one.ending.is_some())
        })
        .await?;
    let log = bench.proxy.log();
    let [edit, create] = log.as_slice() else {
        panic!("{log:?}")
    };
    assert_eq!((edit.method.as_str(), edit.target.as_str()), ("PUT", "/tasks/1/"));
    assert_eq!(edit.call, Some(Call::Update));
    assert_eq!(edit.if_match, Some(version));
    assert_eq!(edit.json()["summary"], "Buy oat milk");
    assert_eq!(edit.fault, Some(Fault::ResetAfterCommit));
    assert_eq!((edit.upstream, edit.ending), (Some(204), Some(Ending::Reset)));
    assert!(edit.committed());
    assert_eq!(create.idempotency_key.as_deref(), Some("b1f5"));
    assert_eq!(
        (create.fault.as_ref(), create.ending),
        (None, Some(Ending::Answered(201)))
    );
    assert!(bench.proxy.log_text().contains("PUT /tasks/1/"));
    Ok(())
}

#[tokio::test]
async fn waiting_for_what_does_not_come_tells_the_log() -> Result<()> {
    let bench = Bench::start(Kind::Helpful).await?;
    bench.call(Call::List, "").await?;
    let waited = bench
        .proxy
        .wait_for("a create", Duration::from_millis(50), |log| {
            log.iter().any(|one| one.call == Some(Call::Create))
        });
    let told = waited.await.unwrap_err().to_string();
    assert!(
        told.contains("a create") && told.contains("GET /tasks/"),
        "{told}"
    );
    Ok(())
}

#[tokio::test]
async fn the_most_in_flight_is_counted() -> Result<()> {
    let bench = Arc::new(Bench::start(Kind::Helpful).await?);
    bench.proxy.inject(Rule::always(Match::API, Fault::Hold));
    let mut clients = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let bench = Arc::clone(&bench);
        clients.spawn(async move { bench.call(Call::List, "").await });
    }
    // Files are no part of it.
    bench.ask(Method::GET, "/index.html", &[], None).await?;
    bench
        .proxy
        .wait_for("six and the file", DEADLINE, |log| log.len() == 7)
        .await?;
    bench.proxy.heal();
    for seen in clients.join_all().await {
        assert_eq!(seen?.status(), Some(200));
    }
    // One after the other is one at a time, however fast.
    for _ in 0..50 {
        bench.call(Call::List, "").await?;
    }
    assert_eq!(bench.proxy.in_flight_max(), 6);
    let other = Bench::start(Kind::Helpful).await?;
    for _ in 0..50 {
        other.call(Call::List, "").await?;
    }
    assert_eq!(other.proxy.in_flight_max(), 1);
    Ok(())
}

#[tokio::test]
async fn a_client_that_gives_up_is_noticed() -> Result<()> {
    let bench = Arc::new(Bench::start(Kind::Helpful).await?);
    for fault in [Fault::Silence, Fault::Hold, Fault::Delay(Duration::from_secs(1))] {
        let before = bench.proxy.log().len();
        bench
            .proxy
            .inject(Rule::once(Match::call(Call::Read), fault.clone()));
        let client = tokio::spawn({
            let bench = Arc::clone(&bench);
            async move { bench.call(Call::Read, "").await }
        });
        bench
            .proxy
            .wait_for("the request", DEADLINE, |log| log.len() > before)
            .await?;
        client.abort();
        bench
            .proxy
            .wait_for("the client gone", DEADLINE, |log| {
                log.last().is_some_and(|one| one.ending == Some(Ending::Left))
            })
            .await?;
        bench.proxy.heal();
        // What was only held back goes on to the server; what was swallowed does not.
        let forwarded = fault != Fault::Silence;
        if forwarded {
            bench
                .proxy
                .wait_for("the server's answer", DEADLINE, |log| {
                    log.last().is_some_and(|one| one.upstream == Some(200))
                })
                .await?;
        }
        assert_eq!(bench.proxy.log().last().unwrap().upstream.is_some(), forwarded);
    }
    Ok(())
}

#[tokio::test]
async fn offline_is_offline_for_everything() -> Result<()> {
    let bench = Bench::start(Kind::Helpful).await?;
    bench.proxy.offline(true);
    for path in ["/", "/tasks/"] {
        let seen = bench.ask(Method::GET, path, &[], None).await?;
        assert!(matches!(seen, Seen::Reset | Seen::Closed), "{seen:?}");
    }
    assert_eq!(bench.call(Call::Create, "").await?.status(), None);
    assert!(refuses(&bench.proxy.origin).await);
    assert_eq!((bench.proxy.refused(), bench.proxy.log().len()), (4, 0));
    assert_eq!(bench.rows().await?, rows_before());
    bench.proxy.offline(false);
    assert_eq!(bench.call(Call::List, "").await?.status(), Some(200));
    Ok(())
}

#[tokio::test]
async fn dropping_the_proxy_closes_what_is_open() -> Result<()> {
    let bench = Bench::start(Kind::Helpful).await?;
    bench.proxy.inject(Rule::always(Match::API, Fault::Silence));
    let client = reqwest::Client::builder().no_proxy().build()?;
    let request = client.get(format!("{}/tasks/", bench.proxy.origin)).send();
    let request = tokio::spawn(request);
    bench
        .proxy
        .wait_for("the request", DEADLINE, |log| log.len() == 1)
        .await?;
    let begun = Instant::now();
    drop(bench);
    assert!(request.await?.is_err());
    assert!(begun.elapsed() < DEADLINE);
    Ok(())
}

#[tokio::test]
async fn connections_opened_ahead_end_with_a_new_rule() -> Result<()> {
    let bench = Bench::start(Kind::Helpful).await?;
    let address = bench.proxy.origin.trim_start_matches("http://");
    let mut early = TcpStream::connect(address).await?;
    // The proxy accepts in the order of arrival, so after this answer it knows of the early one.
    bench.call(Call::List, "").await?;
    bench.proxy.inject(Rule::always(Match::API, Fault::status(500)));
    let end = tokio::time::timeout(DEADLINE, early.read_u8()).await?;
    assert_eq!(end.unwrap_err().kind(), ErrorKind::UnexpectedEof);
    // One that is opened while there are rules has some time for its request.
    assert_eq!(bench.call(Call::List, "").await?.status(), Some(500));
    let mut late = TcpStream::connect(address).await?;
    let end = tokio::time::timeout(DEADLINE, late.read_u8()).await?;
    assert_eq!(end.unwrap_err().kind(), ErrorKind::UnexpectedEof);
    Ok(())
}
