//! Just enough HTTP to ask a server on this machine whether it is there.

use anyhow::{Context, Result};
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// How long one request may take.
const LIMIT: Duration = Duration::from_secs(10);

/// An answer's status and body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: String,
}

/// Asks `authority` (`host:port`) for `path`. It speaks HTTP/1.0, where the body simply ends with the
/// connection.
pub(crate) fn get(authority: &str, path: &str) -> Result<Answer> {
    let address = authority
        .to_socket_addrs()?
        .next()
        .with_context(|| format!("{authority} has no address"))?;
    let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    let request = format!("GET {path} HTTP/1.0\r\nHost: {authority}\r\nAccept: */*\r\n\r\n");
    stream.write_all(request.as_bytes())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    parse(&String::from_utf8_lossy(&answer))
        .with_context(|| format!("{authority} did not answer GET {path} in HTTP"))
}

fn parse(answer: &str) -> Option<Answer> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let mut words = head.lines().next()?.split(' ');
    words.next().filter(|version| version.starts_with("HTTP/"))?;
    Some(Answer {
        status: words.next()?.parse().ok()?,
        body: body.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_request_and_its_answer_cross_a_real_connection() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let authority = listener.local_addr().unwrap().to_string();
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut request = String::new();
            let mut buffer = [0; 512];
            while !request.ends_with("\r\n\r\n") {
                let read = stream.read(&mut buffer).unwrap();
                assert_ne!(read, 0, "the request ended early: {request}");
                request.push_str(std::str::from_utf8(&buffer[..read]).unwrap());
            }
            stream
                .write_all(b"HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n[]")
                .unwrap();
            request
        });
        let answer = get(&authority, "/tasks/").unwrap();
        assert_eq!((answer.status, answer.body.as_str()), (200, "[]"));
        let request = server.join().unwrap();
        assert!(request.starts_with("GET /tasks/ HTTP/1.0\r\n"), "{request}");
        assert!(request.contains(&format!("Host: {authority}\r\n")), "{request}");
    }

    #[test]
    fn what_is_not_http_is_no_answer() {
        for answer in [
            "",
            "SSH-2.0-server\r\n",
            "SSH-2.0\r\n\r\n",
            "HTTP/1.1 many\r\n\r\n",
        ] {
            assert_eq!(parse(answer), None, "{answer}");
        }
        assert_eq!(parse("HTTP/1.1 204 No Content\r\n\r\n").unwrap().status, 204);
    }
}
