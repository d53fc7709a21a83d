//! Many short texts in a few large blocks: 100,000 summaries have no block of memory each, and no word for its length and
//! its room.

use std::num::NonZeroU32;

/// How large a block is, in bytes. A text's place is a block and an offset in it, 16 bits each.
const BLOCK: usize = 1 << 16;

/// Where a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    start: u32,
    /// One more than its bytes, so that a span that may be missing takes no more room.
    end: NonZeroU32,
}

impl Span {
    fn len(self) -> usize {
        self.end.get() as usize - 1
    }

    fn block(self) -> usize {
        (self.start >> 16) as usize
    }

    fn at(self) -> usize {
        (self.start & 0xFFFF) as usize
    }
}

#[derive(Debug, Clone, Default)]
struct Block {
    text: String,
    /// How many of its bytes are of texts that are still wanted.
    live: usize,
}

/// The texts, in an arena: none has a block of its own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arena {
    blocks: Vec<Block>,
    /// Blocks without a wanted text.
    free: Vec<u32>,
    /// The one that is filled now.
    current: u32,
    /// Bytes of texts that nobody wants, in blocks with others.
    wasted: usize,
    live: usize,
}

impl Arena {
    /// Keeps a text. None is longer than 4 GB, which is all that there is.
    pub(crate) fn put(&mut self, text: &str) -> Span {
        let has_room = |block: &Block| block.text.is_empty() || block.text.len() + text.len() < BLOCK;
        if !self.blocks.get(self.current as usize).is_some_and(has_room) {
            self.current = self.next();
        }
        let current = self.current;
        let mut at = 0;
        if let Some(block) = self.blocks.get_mut(current as usize) {
            at = block.text.len() as u32;
            block.text.push_str(text);
            block.live += text.len();
        }
        self.live += text.len();
        Span {
            start: (current << 16) | at,
            end: NonZeroU32::MIN.saturating_add(text.len() as u32),
        }
    }

    /// An empty block.
    fn next(&mut self) -> u32 {
        if let Some(free) = self.free.pop() {
            return free;
        }
        // The first grows by itself: most lists are short.
        let room = if self.blocks.is_empty() { 0 } else { BLOCK };
        self.blocks.push(Block {
            text: String::with_capacity(room),
            live: 0,
        });
        self.blocks.len() as u32 - 1
    }

    /// The text at a place.
    pub(crate) fn get(&self, span: Span) -> &str {
        let block = self.blocks.get(span.block());
        let text = block.and_then(|block| block.text.get(span.at()..span.at() + span.len()));
        text.unwrap_or_default()
    }

    /// The text is not wanted any more.
    pub(crate) fn forget(&mut self, span: Span) {
        let Some(block) = self.blocks.get_mut(span.block()) else {
            return;
        };
        block.live -= span.len();
        self.live -= span.len();
        self.wasted += span.len();
        if block.live > 0 || block.text.is_empty() {
            return;
        }
        self.wasted -= block.text.len();
        if block.text.len() > BLOCK {
            block.text = String::new();
        }
        block.text.clear();
        if span.block() as u32 != self.current {
            self.free.push(span.block() as u32);
        }
    }

    /// Whether more than half of what is kept is not wanted: then they had better be put into new ones.
    pub(crate) fn is_wasteful(&self) -> bool {
        self.wasted > self.live.max(BLOCK)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_span_that_may_be_missing_is_as_small_as_one_that_is_there() {
        assert_eq!(size_of::<Option<Span>>(), 8);
    }

    #[test]
    fn a_text_longer_than_a_block_has_one_of_its_own() {
        let mut texts = Arena::default();
        let long = "é".repeat(BLOCK);
        let (first, second, third) = (texts.put("a"), texts.put(&long), texts.put("b"));
        assert_eq!(
            [first, second, third].map(|span| texts.get(span)),
            ["a", long.as_str(), "b"]
        );
        texts.forget(second);
        assert_eq!([texts.get(first), texts.get(third)], ["a", "b"]);
    }

    #[test]
    fn lists_that_come_and_go_take_no_more_room() {
        let mut texts = Arena::default();
        let text = "x".repeat(40);
        let mut spans: Vec<_> = (0..10_000).map(|_| texts.put(&text)).collect();
        let blocks = texts.blocks.len();
        for _ in 0..20 {
            for span in spans.split_off(0) {
                texts.forget(span);
            }
            spans.extend((0..10_000).map(|_| texts.put(&text)));
        }
        assert!(
            texts.blocks.len() <= blocks + 1,
            "{} for {blocks}",
            texts.blocks.len()
        );
    }

    proptest! {
        /// Whatever is put and forgotten, each text is read as it was put.
        #[test]
        fn texts_are_what_they_were(steps in prop::collection::vec((0usize..30, "[aé😀]{0,9}", 0usize..4), 0..200)) {
            let mut texts = Arena::default();
            let mut kept = Vec::<(Span, String)>::new();
            for (at, text, times) in steps {
                // Some are long, so that blocks are used up.
                let text = text.repeat(times.pow(8));
                if at < kept.len() {
                    texts.forget(kept.swap_remove(at).0);
                } else {
                    kept.push((texts.put(&text), text));
                }
                let live: usize = kept.iter().map(|(_, text)| text.len()).sum();
                prop_assert_eq!(texts.live, live);
                let all: usize = texts.blocks.iter().map(|block| block.text.len()).sum();
                prop_assert_eq!(texts.wasted, all - live);
            }
            for (span, text) in &kept {
                prop_assert_eq!(texts.get(*span), text);
            }
        }
    }
}
