//! Bytes to text: UTF-8 and UTF-16, and what is neither is told from them.
//!
//! Other encodings would need tables (`encoding_rs` brings 400 kB of them) and, without a mark, a guess that may turn
//! names into rubbish. Programs that write them offer UTF-8 as well.

use super::sink::ProblemKind;

/// How far around a byte that can't be read to look for what texts don't have.
const AROUND: usize = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8 { marked: bool },
    Utf16 { little: bool },
}

/// Takes in the parts of a file, and gives out its text.
#[derive(Debug, Default)]
pub(super) struct Decoder {
    encoding: Option<Encoding>,
    /// The bytes that are not read yet: the beginning of a character, or of the file.
    rest: Vec<u8>,
    /// Where `rest` begins in the file.
    at: u64,
}

impl Decoder {
    /// Appends the text of a part to `text`, up to what can't be read.
    pub(super) fn read(&mut self, part: &[u8], text: &mut String) -> Result<(), ProblemKind> {
        self.rest.extend_from_slice(part);
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None if self.rest.len() < 4 => return Ok(()),
            None => self.begin()?,
        };
        self.go_on(encoding, text)
    }

    /// The file has ended. An error when that is in the middle of a character.
    pub(super) fn end(&mut self, text: &mut String) -> Result<(), ProblemKind> {
        let encoding = match self.encoding {
            Some(encoding) => encoding,
            None => self.begin()?,
        };
        self.go_on(encoding, text)?;
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(ProblemKind::CutOff)
        }
    }

    fn begin(&mut self) -> Result<Encoding, ProblemKind> {
        let (mark, encoding) = match *self.rest.as_slice() {
            [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return Err(ProblemKind::Encoding { byte: 0 }),
            // Letters of most languages with Latin script, in UTF-16 without a mark.
            [a, 0, b, 0, ..] | [0, a, 0, b, ..] if a >= b'\t' && b >= b'\t' => {
                return Err(ProblemKind::Encoding { byte: 0 });
            }
            // A PDF begins with lines of text.
            [b'%', b'P', b'D', b'F', ..] => return Err(ProblemKind::Binary { byte: 0 }),
            [0xef, 0xbb, 0xbf, ..] => (3, Encoding::Utf8 { marked: true }),
            [0xff, 0xfe, ..] => (2, Encoding::Utf16 { little: true }),
            [0xfe, 0xff, ..] => (2, Encoding::Utf16 { little: false }),
            _ => (0, Encoding::Utf8 { marked: false }),
        };
        self.drop_first(mark);
        self.encoding = Some(encoding);
        Ok(encoding)
    }

    fn go_on(&mut self, encoding: Encoding, text: &mut String) -> Result<(), ProblemKind> {
        match encoding {
            Encoding::Utf8 { marked } => self.utf8(marked, text),
            Encoding::Utf16 { little } => self.utf16(little, text),
        }
    }

    fn utf8(&mut self, marked: bool, text: &mut String) -> Result<(), ProblemKind> {
        let (valid, is_broken) = match std::str::from_utf8(&self.rest) {
            Ok(valid) => (valid, false),
            Err(error) => {
                let (valid, _) = self.rest.split_at(error.valid_up_to());
                (
                    std::str::from_utf8(valid).unwrap_or_default(),
                    error.error_len().is_some(),
                )
            }
        };
        // A file that is marked as text may have it as a character: our own CSV has no other way to write one.
        let zero = if marked { None } else { valid.find('\0') };
        let read = zero.unwrap_or(valid.len());
        text.push_str(valid.get(..read).unwrap_or_default());
        let byte = self.at + read as u64;
        if zero.is_some() {
            return Err(ProblemKind::Binary { byte });
        }
        if is_broken {
            let around = self
                .rest
                .iter()
                .skip(read.saturating_sub(AROUND))
                .take(2 * AROUND);
            let is_text = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c | 0x1b | 0x20..);
            return Err(match around.clone().all(is_text) {
                true => ProblemKind::Encoding { byte },
                false => ProblemKind::Binary { byte },
            });
        }
        self.drop_first(read);
        Ok(())
    }

    fn utf16(&mut self, little: bool, text: &mut String) -> Result<(), ProblemKind> {
        let units = self.rest.chunks_exact(2).map(|pair| match *pair {
            [a, b] if little => u16::from_le_bytes([a, b]),
            [a, b] => u16::from_be_bytes([a, b]),
            _ => 0,
        });
        let whole = self.rest.len() / 2;
        let mut read = 0;
        for unit in char::decode_utf16(units) {
            match unit {
                Ok(letter) => {
                    text.push(letter);
                    read += letter.len_utf16();
                }
                // Its other half is in the next part.
                Err(half) if read + 1 == whole && half.unpaired_surrogate() < 0xdc00 => break,
                Err(_) => {
                    let byte = self.at + 2 * read as u64;
                    return Err(ProblemKind::Encoding { byte });
                }
            }
        }
        self.drop_first(2 * read);
        Ok(())
    }

    fn drop_first(&mut self, count: usize) {
        self.rest.drain(..count.min(self.rest.len()));
        self.at += count as u64;
    }
}
