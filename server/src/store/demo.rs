//! Tasks to look at for those who have none yet.

use super::create::insert;
use super::write::next_revision;
use super::{Store, StoreError, to_its_end};
use crate::task::{Draft, Summary};

/// Summary and description. Between them they try what a list must be able to show: an emoji, text that
/// runs from right to left, several lines, and a summary of the full 119 characters.
const TASKS: [(&str, &str); 12] = [
    ("Buy milk", "Two litres.\nThe blue one."),
    (
        "Call grandma back",
        "She is home after six. Ask about the pear cake.",
    ),
    ("Water the plants on the balcony 🌱", ""),
    (
        "Return the library books",
        "Three of them are under the bed.\nOpen until 19:00 on Thursdays.",
    ),
    ("Book the dentist", ""),
    (
        "Ask Amira whether the rehearsal moves to Tuesday, and if it does, tell the choir, the caretaker and the baker next door",
        "The hall is taken on Monday.\n\n- choir: 24 people, by mail\n- caretaker: has the key\n- baker: delivers at seven",
    ),
    (
        "Mend the puncture on the green bike",
        "Patches are in the tin on the shelf.",
    ),
    ("לקנות פרחים לשבת", "ורדים או חמניות, מה שיפה יותר"),
    (
        "Send the photos of the summer party to everyone",
        "Leave out the ones of the burnt cake.",
    ),
    (
        "Renew the passport",
        "Appointment first, then the picture.\nIt takes about three weeks.",
    ),
    (
        "Find a present for Zoë",
        "She likes maps, dumplings and terrible puns.",
    ),
    (
        "Plan the walk along the river",
        "12 km, train back from the last station.",
    ),
];

impl Store {
    /// Fills an empty list with a dozen tasks; leaves any other as it is. Returns how many tasks were made.
    ///
    /// # Errors
    /// If the database can't be written.
    pub async fn fill_demo(&self) -> Result<usize, StoreError> {
        let store = self.clone();
        to_its_end(async move {
            let mut transaction = store.writer.begin_with("BEGIN IMMEDIATE").await?;
            let tasks: i64 = sqlx::query_scalar("SELECT count(*) FROM tasks")
                .fetch_one(&mut *transaction)
                .await?;
            if tasks > 0 {
                return Ok(0);
            }
            let mut made = 0;
            for (summary, description) in TASKS {
                // A summary against the rule would be found by the test below.
                let Ok(summary) = Summary::new(summary.to_owned()) else {
                    continue;
                };
                let draft = Draft {
                    summary,
                    description: description.to_owned(),
                };
                let revision = next_revision(&mut transaction).await?;
                insert(&mut transaction, &draft, revision).await?;
                made += 1;
            }
            transaction.commit().await?;
            Ok(made)
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::Page;
    use crate::task::SUMMARY_MAX;

    #[tokio::test]
    async fn only_an_empty_list_is_filled() {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("tasks.db")).await.unwrap();
        assert_eq!(store.fill_demo().await.unwrap(), TASKS.len());
        assert_eq!(store.fill_demo().await.unwrap(), 0);
        let list = store.list(Page::default()).await.unwrap();
        assert_eq!(list.tasks.len(), TASKS.len());
    }

    #[test]
    fn one_summary_is_as_long_as_it_may_be() {
        let longest = TASKS.iter().map(|(summary, _)| summary.chars().count()).max();
        assert_eq!(longest, Some(SUMMARY_MAX));
    }
}
