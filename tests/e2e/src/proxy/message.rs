//! HTTP/1.1 messages as bytes (RFC 9112), read to their end and changed in no more than a header line.

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Browsers send about twenty header lines, servers fewer.
const HEADERS_MAX: usize = 128;

/// One message: its head line by line, and its body as it came.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) start: Start,
    /// The start line and the header lines, without their ends.
    lines: Vec<Vec<u8>>,
    /// The body as it was sent, with the framing of its chunks.
    raw: Vec<u8>,
    /// The body itself.
    pub(super) content: Vec<u8>,
}

/// What the start line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Request { method: String, target: String },
    Answer { status: u16 },
}

/// Where a body ends (RFC 9112, section 6.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
    UntilClose,
}

impl Message {
    /// Reads one request to its end; `None` if the connection ended before it began, as those do that
    /// browsers open ahead and never use.
    pub(super) async fn read_request(stream: &mut TcpStream) -> Result<Option<Self>> {
        let mut reader = Reader::new(stream);
        let Some((start, lines)) = reader.head(parse_request).await? else {
            return Ok(None);
        };
        let framing = framing(&lines, Framing::Length(0))?;
        reader.body(start, lines, framing).await.map(Some)
    }

    /// Reads the final answer to a request with this method to its end.
    pub(super) async fn read_answer(stream: &mut TcpStream, method: &str) -> Result<Self> {
        let mut reader = Reader::new(stream);
        loop {
            let head = reader.head(parse_answer).await?;
            let (start, lines) = head.context("closed without an answer")?;
            let Start::Answer { status } = start else {
                bail!("a request for an answer");
            };
            // Interim answers (100 to 199) come before the final one and have no body.
            if (100..200).contains(&status) {
                continue;
            }
            let framing = match status {
                204 | 304 => Framing::Length(0),
                _ if method == "HEAD" => Framing::Length(0),
                _ => framing(&lines, Framing::UntilClose)?,
            };
            return reader.body(start, lines, framing).await;
        }
    }

    /// A request without a browser behind it.
    pub(super) fn request(method: &str, target: &str, host: &str, json: Option<String>) -> Self {
        let body = json.unwrap_or_default().into_bytes();
        let lines = [
            format!("{method} {target} HTTP/1.1"),
            format!("Host: {host}"),
            "Content-Type: application/json".to_owned(),
            format!("Content-Length: {}", body.len()),
        ];
        Self {
            start: Start::Request {
                method: method.to_owned(),
                target: target.to_owned(),
            },
            lines: lines.map(String::into_bytes).into(),
            raw: body.clone(),
            content: body,
        }
    }

    /// An answer that no server gave.
    pub(super) fn answer(status: u16, headers: &[(&str, String)], body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        // The reason phrase may be empty (RFC 9112, section 4).
        let mut lines = vec![format!("HTTP/1.1 {status} ").into_bytes()];
        for (name, value) in headers {
            lines.push(format!("{name}: {value}").into_bytes());
        }
        let date = httpdate::fmt_http_date(std::time::SystemTime::now());
        lines.push(format!("Date: {date}").into_bytes());
        lines.push(format!("Content-Length: {}", body.len()).into_bytes());
        Self {
            start: Start::Answer { status },
            lines,
            raw: body.clone(),
            content: body,
        }
    }

    pub(super) fn status(&self) -> Option<u16> {
        match self.start {
            Start::Answer { status } => Some(status),
            Start::Request { .. } => None,
        }
    }

    /// The value of a header, if it is there and is text.
    pub(super) fn header(&self, name: &str) -> Option<String> {
        header(&self.lines, name)
    }

    /// Takes every header with one of these names out.
    pub(super) fn remove(&mut self, names: &[&str]) {
        let mut first = true;
        self.lines.retain(|line| {
            // A target may contain a colon, so the start line is left out of the search.
            std::mem::take(&mut first)
                || !names
                    .iter()
                    .any(|name| field(line).is_some_and(|(found, _)| found.eq_ignore_ascii_case(name)))
        });
    }

    /// As bytes, with `Connection: close` in place of what it said about the connection.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.head();
        bytes.extend_from_slice(&self.raw);
        bytes
    }

    /// As [`Message::bytes`], cut in the middle of the body, or of the head when there is no body.
    pub(super) fn half(&self) -> Vec<u8> {
        let mut bytes = self.head();
        if self.raw.is_empty() {
            bytes.truncate(bytes.len() / 2);
        } else {
            bytes.extend(self.raw.iter().take(self.raw.len() / 2));
        }
        bytes
    }

    /// As [`Message::bytes`], without the body.
    pub(super) fn head(&self) -> Vec<u8> {
        let mut closing = self.clone();
        closing.remove(&["connection", "keep-alive"]);
        closing.lines.push(b"Connection: close".to_vec());
        let mut bytes = closing.lines.join(b"\r\n".as_slice());
        bytes.extend_from_slice(b"\r\n\r\n");
        bytes
    }

    /// Sends these bytes.
    pub(super) async fn send(bytes: &[u8], stream: &mut TcpStream) -> Result<()> {
        stream.write_all(bytes).await?;
        stream.flush().await?;
        Ok(())
    }
}

/// Splits a header line; `None` for anything else.
fn field(line: &[u8]) -> Option<(&str, &str)> {
    let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
    Some((name, value.trim()))
}

fn header(lines: &[Vec<u8>], name: &str) -> Option<String> {
    let mut fields = lines.iter().skip(1).filter_map(|line| field(line));
    let (_, value) = fields.find(|(found, _)| found.eq_ignore_ascii_case(name))?;
    Some(value.to_owned())
}

fn framing(lines: &[Vec<u8>], unsaid: Framing) -> Result<Framing> {
    if let Some(coding) = header(lines, "transfer-encoding") {
        ensure!(coding.eq_ignore_ascii_case("chunked"), "transfer coding {coding}");
        return Ok(Framing::Chunked);
    }
    match header(lines, "content-length") {
        Some(length) => Ok(Framing::Length(length.parse().context("Content-Length")?)),
        None => Ok(unsaid),
    }
}

/// How long the head is and what its first line says, once it is there as a whole.
type Parsed = Result<Option<(usize, Start)>>;

fn parse_request(bytes: &[u8]) -> Parsed {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut request = httparse::Request::new(&mut headers);
    let httparse::Status::Complete(length) = request.parse(bytes)? else {
        return Ok(None);
    };
    let start = Start::Request {
        method: request.method.unwrap_or_default().to_owned(),
        target: request.path.unwrap_or_default().to_owned(),
    };
    Ok(Some((length, start)))
}

fn parse_answer(bytes: &[u8]) -> Parsed {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
    let mut answer = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(length) = answer.parse(bytes)? else {
        return Ok(None);
    };
    let status = answer.code.context("no status")?;
    Ok(Some((length, Start::Answer { status })))
}

/// What came in and is not yet taken.
struct Reader<'s> {
    stream: &'s mut TcpStream,
    buffer: Vec<u8>,
}

impl<'s> Reader<'s> {
    fn new(stream: &'s mut TcpStream) -> Self {
        let buffer = Vec::new();
        Self { stream, buffer }
    }

    /// Waits for more bytes; false at the end of the connection.
    async fn more(&mut self) -> Result<bool> {
        self.buffer.reserve(16 << 10);
        Ok(self.stream.read_buf(&mut self.buffer).await? > 0)
    }

    async fn at_least(&mut self, length: usize) -> Result<()> {
        while self.buffer.len() < length {
            ensure!(self.more().await?, "closed in the middle of a body");
        }
        Ok(())
    }

    fn take(&mut self, length: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(length.min(self.buffer.len()));
        std::mem::replace(&mut self.buffer, rest)
    }

    async fn head(&mut self, parse: fn(&[u8]) -> Parsed) -> Result<Option<(Start, Vec<Vec<u8>>)>> {
        loop {
            if let Some((length, start)) = parse(&self.buffer)? {
                let head = self.take(length);
                let lines = head.split(|byte| *byte == b'\n');
                let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line).to_vec());
                return Ok(Some((start, lines.filter(|line| !line.is_empty()).collect())));
            }
            if !self.more().await? {
                ensure!(self.buffer.is_empty(), "closed in the middle of a head");
                return Ok(None);
            }
        }
    }

    async fn body(&mut self, start: Start, lines: Vec<Vec<u8>>, framing: Framing) -> Result<Message> {
        let (raw, content) = match framing {
            Framing::Length(length) => {
                self.at_least(length).await?;
                let body = self.take(length);
                (body.clone(), body)
            }
            Framing::UntilClose => {
                while self.more().await? {}
                let body = self.take(usize::MAX);
                (body.clone(), body)
            }
            Framing::Chunked => self.chunks().await?,
        };
        Ok(Message {
            start,
            lines,
            raw,
            content,
        })
    }

    /// Chunks up to the last one, with its trailer (RFC 9112, section 7.1): as sent, and the content.
    async fn chunks(&mut self) -> Result<(Vec<u8>, Vec<u8>)> {
        let (mut raw, mut content) = (Vec::new(), Vec::new());
        loop {
            let line = self.line().await?;
            let Ok(httparse::Status::Complete((_, size))) = httparse::parse_chunk_size(&line) else {
                bail!("a chunk without a size");
            };
            let size = usize::try_from(size)?;
            raw.extend_from_slice(&line);
            if size == 0 {
                break;
            }
            self.at_least(size).await?;
            let chunk = self.take(size);
            content.extend_from_slice(&chunk);
            raw.extend_from_slice(&chunk);
            raw.extend(self.line().await?);
        }
        loop {
            let line = self.line().await?;
            raw.extend_from_slice(&line);
            if line == b"\r\n" || line == b"\n" {
                return Ok((raw, content));
            }
        }
    }

    /// The next line with its end.
    async fn line(&mut self) -> Result<Vec<u8>> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                return Ok(self.take(end + 1));
            }
            ensure!(self.more().await?, "closed in the middle of a chunk");
        }
    }
}
