//! Ledgers with planted faults.

use super::*;

fn rows(texts: &[(&str, &str)]) -> Vec<Text> {
    let texts = texts.iter().map(|(s, d)| ((*s).to_owned(), (*d).to_owned()));
    texts.collect()
}

/// Milk was made and edited; Ada's call is as it was made; the bread is done.
fn journal() -> (Ledger, [Task; 3]) {
    let mut ledger = Ledger::default();
    let milk = ledger.created("Buy milk", "two litres");
    let call = ledger.created("Call Ada", "");
    let bread = ledger.created("Bake bread", "rye");
    ledger.edited(milk, Some("Buy oat milk"), None);
    ledger.done(bread);
    (ledger, [milk, call, bread])
}

const MILK: (&str, &str) = ("Buy oat milk", "two litres");
const CALL: (&str, &str) = ("Call Ada", "");

#[test]
fn what_the_person_did_is_right_in_any_order() {
    let (ledger, _) = journal();
    assert_eq!(ledger.expected(), rows(&[MILK, CALL]));
    ledger.check(&rows(&[MILK, CALL])).unwrap();
    ledger.check(&rows(&[CALL, MILK])).unwrap();
}

#[test]
fn a_planted_loss_is_found() {
    let (ledger, _) = journal();
    let audit = ledger.audit(&rows(&[MILK]));
    let lost = rows(&[CALL]);
    assert_eq!(
        audit,
        Audit {
            lost,
            ..Audit::default()
        }
    );
    assert_eq!(audit.to_string(), "lost: \"Call Ada\", \"\"\n");
    assert!(ledger.check(&[]).is_err());
}

#[test]
fn a_planted_duplicate_is_found_unless_the_person_was_told() {
    let (mut ledger, [_, call, _]) = journal();
    let twice = rows(&[MILK, CALL, CALL]);
    let duplicates = rows(&[CALL]);
    assert_eq!(
        ledger.audit(&twice),
        Audit {
            duplicates,
            ..Audit::default()
        }
    );
    ledger.told_of_twin(call);
    ledger.check(&twice).unwrap();
    // Told of one, not of two; and told of a copy that is gone again is no fault.
    assert!(ledger.check(&rows(&[MILK, CALL, CALL, CALL])).is_err());
    ledger.check(&rows(&[MILK, CALL])).unwrap();
}

#[test]
fn a_copy_with_an_older_text_is_a_duplicate() {
    let (ledger, _) = journal();
    let audit = ledger.audit(&rows(&[MILK, CALL, ("Buy milk", "two litres")]));
    assert_eq!(audit.duplicates, rows(&[("Buy milk", "two litres")]));
}

#[test]
fn a_lost_edit_and_a_wiped_description_are_wrong_texts() {
    let (ledger, _) = journal();
    for found in [("Buy milk", "two litres"), ("Buy oat milk", "")] {
        let audit = ledger.audit(&rows(&[found, CALL]));
        let wanted = rows(&[MILK]).remove(0);
        let wrong = vec![(wanted, rows(&[found]).remove(0))];
        assert_eq!(
            audit,
            Audit {
                wrong,
                ..Audit::default()
            }
        );
    }
}

#[test]
fn what_is_done_stays_done_and_nothing_comes_from_nowhere() {
    let (ledger, _) = journal();
    let audit = ledger.audit(&rows(&[MILK, CALL, ("Bake bread", "rye"), ("Spam", "")]));
    assert_eq!(audit.undone, rows(&[("Bake bread", "rye")]));
    assert_eq!(audit.strangers, rows(&[("Spam", "")]));
}

#[test]
fn a_step_taken_back_is_not_expected() {
    let (mut ledger, [milk, _, bread]) = journal();
    ledger.taken_back(milk);
    ledger.taken_back(bread);
    let dropped = ledger.created("Never mind", "");
    ledger.edited(dropped, Some("Never mind this"), None);
    ledger.taken_back(dropped);
    ledger.taken_back(dropped);
    ledger
        .check(&rows(&[("Buy milk", "two litres"), CALL, ("Bake bread", "rye")]))
        .unwrap();
    assert_eq!(ledger.audit(&rows(&[MILK, CALL])).wrong.len(), 1);
    assert_eq!(ledger.audit(&rows(&[MILK, CALL])).lost.len(), 1);
}

#[test]
fn equal_tasks_are_counted() {
    let mut ledger = Ledger::default();
    ledger.created("Water", "");
    ledger.created("Water", "");
    ledger.check(&rows(&[("Water", ""), ("Water", "")])).unwrap();
    assert_eq!(ledger.audit(&rows(&[("Water", "")])).lost.len(), 1);
}
