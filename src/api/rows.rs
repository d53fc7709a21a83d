//! The list as it arrives: the rows of an array that are there already, while the rest is still on its way.

use super::codec::{DecodeError, decode};
use super::wire::Page;
use crate::task::ListedTask;

/// Takes in the parts of a body, and gives out the rows that are whole.
///
/// An array of tasks is read row by row. An envelope, whose tasks are inside an object, is read when it has ended.
/// What it is shows in the first byte.
#[derive(Debug, Default)]
pub struct Rows {
    /// What is not read yet. Of an array it begins with the bracket, also when the rows before are gone.
    rest: Vec<u8>,
    /// How far `rest` was looked at.
    seen: usize,
    /// Brackets and braces that are open there.
    depth: u32,
    in_text: bool,
    is_escaped: bool,
    /// Whether rows were given out already.
    has_begun: bool,
}

impl Rows {
    /// Takes in a part, and gives back the rows that it completes.
    ///
    /// # Errors
    /// [`DecodeError`] when they are no tasks. What follows is of no use then.
    pub fn read(&mut self, part: &[u8]) -> Result<Vec<ListedTask>, DecodeError> {
        self.rest.extend_from_slice(part);
        if !self.is_array() {
            return Ok(Vec::new());
        }
        match self.last_comma() {
            Some(at) => self.take(at),
            None => Ok(Vec::new()),
        }
    }

    /// The body has ended: the rows that are left, and where the next page is when the body says so.
    ///
    /// # Errors
    /// [`DecodeError`] when it breaks off, or holds something else.
    pub fn end(self) -> Result<Page, DecodeError> {
        if self.has_begun {
            // The comma that was last promises another row, so that an end without one is an error in any case.
            let tasks: Vec<ListedTask> = decode(&self.rest)?;
            return if tasks.is_empty() {
                Err(DecodeError::NotJson)
            } else {
                Ok(Page { tasks, next: None })
            };
        }
        Page::decode(&self.rest)
    }

    /// Whether it is an array; drops what may stand before one.
    fn is_array(&mut self) -> bool {
        if self.seen == 0 {
            let bytes = self
                .rest
                .strip_prefix("\u{feff}".as_bytes())
                .unwrap_or(&self.rest);
            let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
            let before = self.rest.len() - bytes.len() + blank;
            if self.rest.get(before) == Some(&b'[') {
                self.rest.drain(..before);
            }
        }
        self.rest.first() == Some(&b'[')
    }

    /// Where the last comma between two rows is, in what was not looked at yet.
    fn last_comma(&mut self) -> Option<usize> {
        let mut found = None;
        for (at, byte) in self.rest.iter().enumerate().skip(self.seen) {
            if self.in_text {
                if self.is_escaped {
                    self.is_escaped = false;
                } else if *byte == b'\\' {
                    self.is_escaped = true;
                } else if *byte == b'"' {
                    self.in_text = false;
                }
                continue;
            }
            match byte {
                b'"' => self.in_text = true,
                b'[' | b'{' => self.depth += 1,
                b']' | b'}' => self.depth = self.depth.saturating_sub(1),
                b',' if self.depth == 1 => found = Some(at),
                _ => {}
            }
        }
        self.seen = self.rest.len();
        found
    }

    /// The rows before the comma at `at`, whose place a bracket takes in what follows.
    fn take(&mut self, at: usize) -> Result<Vec<ListedTask>, DecodeError> {
        let mut after = self.rest.split_off(at);
        if let Some(comma) = after.first_mut() {
            *comma = b'[';
        }
        self.rest.push(b']');
        let rows: Vec<ListedTask> = decode(&self.rest)?;
        self.rest = after;
        self.seen = self.rest.len();
        self.has_begun = true;
        if rows.is_empty() {
            // There is nothing before the comma.
            return Err(DecodeError::NotJson);
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(parts: &[&[u8]]) -> Result<(Vec<ListedTask>, Option<String>), DecodeError> {
        let (mut rows, mut tasks) = (Rows::default(), Vec::new());
        for part in parts {
            tasks.extend(rows.read(part)?);
        }
        let page = rows.end()?;
        tasks.extend(page.tasks);
        Ok((tasks, page.next))
    }

    #[test]
    fn rows_come_before_the_body_has_ended() {
        let mut rows = Rows::default();
        assert_eq!(rows.read(b" [{\"id\":1,\"summary\":\"a, ]\\\"\"}").unwrap(), []);
        assert_eq!(rows.read(b",{\"id\":2,").unwrap().len(), 1);
        assert_eq!(rows.read(b"\"summary\":\"b\",\"more\":[1,{}]}]").unwrap(), []);
        assert_eq!(rows.end().map(|page| page.tasks.len()), Ok(1));
    }

    #[test]
    fn an_envelope_is_read_at_its_end() {
        let body: &[u8] =
            br#"{"results": [{"id": 1, "summary": "a"}, {"id": 2, "summary": "b"}], "next": "?page=2"}"#;
        let (tasks, next) = read(&[&body[..40], &body[40..]]).unwrap();
        assert_eq!((tasks.len(), next.as_deref()), (2, Some("?page=2")));
    }

    #[test]
    fn what_breaks_off_or_is_no_list_is_an_error() {
        for body in [
            "",
            "[",
            "[{\"id\":1,\"summary\":\"a\"},",
            "[{\"id\":1,\"summary\":\"a\"},]",
            "[,]",
            "[1,2]",
            "<p>a, b</p>",
            "[{\"id\":1,\"summary\":\"a\"},{\"id\":2}]",
            "[{\"id\":1,\"summary\":\"a\"},{}], 7",
        ] {
            assert!(read(&[body.as_bytes()]).is_err(), "{body}");
        }
    }

    proptest! {
        /// However a body is cut, it is read as it is in one piece.
        #[test]
        fn cuts_change_nothing(
            tasks in prop::collection::vec((any::<u32>(), "(\\PC|[\\[\\]{},\"\\\\]){0,6}"), 0..6),
            blanks in "[ \\n]{0,2}",
            envelope in any::<bool>(),
            broken in prop::option::of(any::<prop::sample::Index>()),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let rows = tasks.iter().map(|(id, summary)| {
                let summary = serde_json::to_string(summary).unwrap();
                format!("{{\"id\":{id},{blanks}\"summary\":{summary},\"x\":[{{}},[1,2]]}}")
            });
            let list = rows.collect::<Vec<_>>().join(&format!("{blanks},"));
            let body = match envelope {
                true => format!("{blanks}{{\"next\":null,\"results\":[{list}]}}"),
                false => format!("{blanks}[{list}]{blanks}"),
            };
            let end = broken.map_or(body.len(), |end| end.index(body.len() + 1));
            let body = &body.as_bytes()[..end];
            let mut cuts: Vec<_> = cuts.iter().map(|cut| cut.index(body.len() + 1)).collect();
            cuts.sort_unstable();
            let ends: Vec<_> = cuts.iter().copied().chain([body.len()]).collect();
            let parts: Vec<_> = std::iter::once(0).chain(cuts).zip(ends).map(|(from, to)| &body[from..to]).collect();
            let whole = Page::decode(body).map(|page| (page.tasks, page.next));
            prop_assert_eq!(read(&parts).is_ok(), whole.is_ok());
            if let Ok(whole) = whole {
                prop_assert_eq!(read(&parts), Ok(whole));
            }
        }
    }
}
