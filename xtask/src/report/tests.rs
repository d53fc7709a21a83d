use super::*;

/// A report on a command that prints `output` and exits with `status`.
fn report_on(output: &str, status: u8, harness: &[String]) -> Report {
    let mut report = Report::new("some");
    // On the real output these lines would count as ours.
    report.output = Box::new(std::io::sink());
    let mut command = Command::new("sh");
    command.args(["-c", &format!("printf '%s\\n' '{output}'; exit {status}")]);
    report.tests(&mut command, harness);
    report.done()
}

#[test]
fn counts_of_several_binaries_and_commands_add_up() {
    let first = report_on(
        "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out
test result: ok. 4 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out",
        0,
        &[],
    );
    let second = report_on("test result: ok. 5 passed; 0 failed; 0 ignored", 0, &[]);
    let (text, good) = summary(&[first, second]);
    assert!(good, "{text}");
    assert_eq!(text.lines().last(), Some("12 passed, 0 failed, 1 skipped"));
}

#[test]
fn a_run_that_is_not_clearly_good_is_a_failure() {
    for (output, status, failed) in [
        // A test failed.
        ("test result: FAILED. 3 passed; 2 failed; 0 ignored", 101, 2),
        // It did not compile, or crashed before its result.
        ("error: could not compile", 101, 1),
        ("test result: ok. 3 passed; 0 failed; 0 ignored", 101, 1),
        // It ran nothing, or said both yes and no.
        ("test result: ok. 0 passed; 0 failed; 0 ignored", 0, 1),
        ("", 0, 1),
        ("test result: FAILED. 3 passed; 2 failed; 0 ignored", 0, 3),
    ] {
        let report = report_on(output, status, &[]);
        assert_eq!(report.counts.failed, failed, "{output} ({status})");
        let (text, good) = summary(&[report]);
        assert!(!good, "{text}");
    }
}

#[test]
fn a_filter_may_leave_no_test() {
    let report = report_on(
        "test result: ok. 0 passed; 0 failed; 0 ignored",
        0,
        &["nothing".into()],
    );
    assert!(summary(&[report]).1);
}

#[test]
fn a_program_that_cannot_start_is_a_failure() {
    let mut report = Report::new("some");
    report.tests(&mut Command::new("no-such-program"), &[]);
    report.check(&mut Command::new("false"));
    assert_eq!(report.counts.failed, 2);
    assert_eq!(report.problems.len(), 2);
}
