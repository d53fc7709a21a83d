//! Three-way merge of a task's two fields: the base that a person began with, theirs, and mine.

use super::entry::Text;

/// A field that a person has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldEdit {
    /// What stood there when the person began; `None` when this device did not know it.
    pub base: Option<String>,
    /// What stands there now.
    pub value: String,
}

/// The fields that a person has changed; a field that was left alone is never sent from here.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Edit {
    /// The one line.
    pub summary: Option<FieldEdit>,
    /// The free text.
    pub description: Option<FieldEdit>,
}

/// What comes of an edit and the text that the server has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// The server's text is what is wanted already.
    Same,
    /// To be saved.
    Save(Text),
    /// Both sides changed the same field, to different texts.
    Conflict,
}

impl Edit {
    /// What a person has changed from `base` to `text`.
    pub fn between(base: &Text, text: &Text) -> Self {
        let field = |base: &String, value: &String| {
            (base != value).then(|| FieldEdit {
                base: Some(base.clone()),
                value: value.clone(),
            })
        };
        Self {
            summary: field(&base.summary, &text.summary),
            description: field(&base.description, &text.description),
        }
    }

    /// Whether nothing is left to change.
    pub fn is_empty(&self) -> bool {
        self.summary.is_none() && self.description.is_none()
    }

    /// Whether `later` was made by somebody who saw this one: it begins with what this one says.
    pub fn was_seen_by(&self, later: &Edit) -> bool {
        let is_seen = |first: &Option<FieldEdit>, later: &Option<FieldEdit>| match (first, later) {
            (Some(first), Some(later)) => later.base.as_ref() == Some(&first.value),
            _ => true,
        };
        is_seen(&self.summary, &later.summary) && is_seen(&self.description, &later.description)
    }

    /// Whether it was made by somebody who saw this text.
    pub fn began_with(&self, text: &Text) -> bool {
        let is_it = |edit: &Option<FieldEdit>, text: &String| {
            edit.as_ref().is_none_or(|edit| edit.base.as_ref() == Some(text))
        };
        is_it(&self.summary, &text.summary) && is_it(&self.description, &text.description)
    }

    /// This edit and then `later`, as one.
    pub fn then(self, later: Edit) -> Self {
        Self {
            summary: join(self.summary, later.summary),
            description: join(self.description, later.description),
        }
    }

    /// The text with the edit in it.
    pub fn apply(&self, text: &mut Text) {
        if let Some(edit) = &self.summary {
            text.summary.clone_from(&edit.value);
        }
        if let Some(edit) = &self.description {
            text.description.clone_from(&edit.value);
        }
    }

    /// Merges the edit into what the server has now. Fields that one side alone has changed come together;
    /// line ends are compared as they are.
    pub fn merge(&self, theirs: &Text) -> Merged {
        let mut text = theirs.clone();
        let clash = |edit: &Option<FieldEdit>, theirs: &String| {
            edit.as_ref().is_some_and(|edit| {
                edit.value != *theirs && edit.base.as_ref().is_none_or(|base| base != theirs)
            })
        };
        if clash(&self.summary, &theirs.summary) || clash(&self.description, &theirs.description) {
            return Merged::Conflict;
        }
        self.apply(&mut text);
        if text == *theirs {
            Merged::Same
        } else {
            Merged::Save(text)
        }
    }

    /// The same wish after a person has seen what the server has: that is the base now.
    pub fn onto(self, theirs: &Text) -> Self {
        let mut text = theirs.clone();
        self.apply(&mut text);
        Self::between(theirs, &text)
    }
}

fn join(first: Option<FieldEdit>, later: Option<FieldEdit>) -> Option<FieldEdit> {
    let joined = match (first, later) {
        (Some(first), Some(later)) => FieldEdit {
            base: first.base,
            value: later.value,
        },
        (first, later) => return first.or(later),
    };
    (joined.base.as_ref() != Some(&joined.value)).then_some(joined)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn text(summary: &str, description: &str) -> Text {
        Text {
            summary: summary.into(),
            description: description.into(),
        }
    }

    #[test]
    fn fields_that_one_side_changed_come_together() {
        let edit = Edit::between(&text("a", "x"), &text("b", "x"));
        assert_eq!(
            edit.merge(&text("a", "theirs")),
            Merged::Save(text("b", "theirs"))
        );
    }

    #[test]
    fn a_rename_never_carries_a_description() {
        let edit = Edit {
            summary: Some(FieldEdit {
                base: Some("a".into()),
                value: "b".into(),
            }),
            description: None,
        };
        assert_eq!(
            edit.merge(&text("a", "long text")),
            Merged::Save(text("b", "long text"))
        );
    }

    #[test]
    fn both_changed_is_a_conflict_unless_to_the_same() {
        let edit = Edit::between(&text("a", "x"), &text("b", "x"));
        assert_eq!(edit.merge(&text("c", "x")), Merged::Conflict);
        assert_eq!(edit.merge(&text("b", "y")), Merged::Same);
        assert_eq!(
            edit.onto(&text("c", "y")).merge(&text("c", "y")),
            Merged::Save(text("b", "y"))
        );
    }

    #[test]
    fn a_field_whose_base_is_unknown_is_never_overwritten() {
        let edit = Edit {
            summary: None,
            description: Some(FieldEdit {
                base: None,
                value: "mine".into(),
            }),
        };
        assert_eq!(edit.merge(&text("a", "theirs")), Merged::Conflict);
        assert_eq!(edit.merge(&text("a", "mine")), Merged::Same);
    }

    #[test]
    fn there_and_back_is_nothing() {
        let (a, b) = (text("a", "x"), text("b", "y"));
        assert!(Edit::between(&a, &b).then(Edit::between(&b, &a)).is_empty());
    }

    fn any_text() -> impl Strategy<Value = Text> {
        ("[ab]{0,2}", "[ab]{0,2}").prop_map(|(summary, description)| Text { summary, description })
    }

    proptest! {
        #[test]
        fn a_merge_loses_no_side(base in any_text(), mine in any_text(), theirs in any_text()) {
            let edit = Edit::between(&base, &mine);
            let saved = match edit.merge(&theirs) {
                Merged::Conflict => {
                    prop_assert!(theirs != base && theirs != mine);
                    return Ok(());
                }
                Merged::Same => theirs.clone(),
                Merged::Save(text) => text,
            };
            for (base, mine, theirs, saved) in [
                (&base.summary, &mine.summary, &theirs.summary, &saved.summary),
                (&base.description, &mine.description, &theirs.description, &saved.description),
            ] {
                prop_assert_eq!(saved, if mine == base { theirs } else { mine });
                prop_assert!(mine == base || theirs == base || mine == theirs);
            }
        }

        #[test]
        fn edits_one_after_the_other_are_one(base in any_text(), first in any_text(), second in any_text(), theirs in any_text()) {
            let joined = Edit::between(&base, &first).then(Edit::between(&first, &second));
            let mut shown = base.clone();
            joined.apply(&mut shown);
            prop_assert_eq!(&shown, &second);
            prop_assert_eq!(joined.merge(&theirs) == Merged::Conflict, Edit::between(&base, &second).merge(&theirs) == Merged::Conflict);
        }
    }
}
