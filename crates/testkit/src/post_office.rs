//! A mail server of this machine, so that a story can read what leaves the product as its
//! recipients read it, and see what the product does when a server refuses or hangs up.

use std::{
    collections::VecDeque,
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use frame::config::{Encryption, Smtp};

/// What the server does with a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It takes it.
    Takes,
    /// It takes it and hangs up before it says so, so that the sender has to send it again.
    HangsUp,
    /// It refuses it for now, and quotes a line of it that holds a link.
    Refuses,
}

/// A letter as it arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The address it was sent to.
    pub to: String,
    /// Its text, decoded.
    pub text: String,
    /// Its headers, one a line.
    pub head: String,
    /// The name by which its sender greeted the server.
    pub greeted_as: String,
}

impl Letter {
    /// The value of a header; `None` when it has none of this name.
    pub fn header(&self, name: &str) -> Option<&str> {
        let pairs = self.head.lines().filter_map(|line| line.split_once(": "));
        pairs.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// The path of the last link in it, from `/links/`.
    pub fn path(&self) -> String {
        let word = self.text.split_whitespace().rfind(|word| word.contains("/links/"));
        let word = word.unwrap_or_else(|| panic!("no link in {self:?}"));
        let (_, path) = word.split_once("/links/").expect("a link");
        format!("/links/{path}")
    }
}

#[derive(Debug, Default)]
struct Desk {
    letters: Vec<Letter>,
    refused: Vec<Letter>,
    manners: VecDeque<Manner>,
}

/// A mail server. It ends with the process.
#[derive(Debug, Clone)]
pub struct PostOffice {
    address: SocketAddr,
    desk: Arc<Mutex<Desk>>,
}

impl PostOffice {
    /// Opens one on a free port. It takes every letter until told otherwise.
    pub fn open() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a free port");
        let address = listener.local_addr().expect("its address");
        let desk = Arc::<Mutex<Desk>>::default();
        let served = desk.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let desk = served.clone();
                // A sender that goes away ends its conversation, and nothing else.
                std::thread::spawn(move || converse(stream, &desk).ok());
            }
        });
        Self { address, desk }
    }

    /// Its port on this machine.
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// How the product reaches it.
    pub(crate) fn smtp(&self) -> Smtp {
        Smtp {
            host: self.address.ip().to_string(),
            port: self.address.port(),
            user: None,
            password: None,
            encryption: Encryption::None,
            hello: Some("partners.acme.example".to_owned()),
        }
    }

    /// What becomes of the next letters, one each; after them all are taken.
    pub fn treats_next(&self, manners: &[Manner]) {
        lock(&self.desk).manners.extend(manners);
    }

    /// What arrived for an address, the first first.
    pub fn letters_to(&self, address: &str) -> Vec<Letter> {
        let letters = lock(&self.desk).letters.clone();
        letters.into_iter().filter(|letter| letter.to == address).collect()
    }

    /// Everything that arrived, the first first.
    pub fn letters(&self) -> Vec<Letter> {
        lock(&self.desk).letters.clone()
    }

    /// What it was shown and refused.
    pub fn refused(&self) -> Vec<Letter> {
        lock(&self.desk).refused.clone()
    }
}

fn lock(desk: &Mutex<Desk>) -> MutexGuard<'_, Desk> {
    desk.lock().unwrap_or_else(PoisonError::into_inner)
}

/// One conversation (RFC 5321), as far as the product speaks it.
fn converse(stream: TcpStream, desk: &Mutex<Desk>) -> std::io::Result<()> {
    let mut out = stream.try_clone()?;
    let mut lines = BufReader::new(stream).lines();
    let (mut to, mut greeted_as) = (String::new(), String::new());
    out.write_all(b"220 post.example\r\n")?;
    while let Some(line) = lines.next().transpose()? {
        let word: String = line.chars().take(4).collect::<String>().to_uppercase();
        let answer = match word.as_str() {
            "EHLO" => {
                line.get(4..).unwrap_or("").trim().clone_into(&mut greeted_as);
                "250-post.example\r\n250 8BITMIME\r\n".to_owned()
            }
            "RCPT" => {
                line.split(['<', '>']).nth(1).unwrap_or("").clone_into(&mut to);
                "250 so be it\r\n".to_owned()
            }
            "DATA" => {
                out.write_all(b"354 go on\r\n")?;
                let mut text = String::new();
                while let Some(line) = lines.next().transpose()?.filter(|line| line != ".") {
                    text.push_str(line.strip_prefix('.').unwrap_or(&line));
                    text.push('\n');
                }
                let head = text.split_once("\n\n").map_or("", |(head, _)| head);
                let letter = Letter {
                    to: std::mem::take(&mut to),
                    text: decoded(&text),
                    // A long header goes on in lines that begin with a blank.
                    head: head.replace("\n ", " "),
                    greeted_as: greeted_as.clone(),
                };
                match taken(letter, desk) {
                    Some(answer) => answer,
                    None => return Ok(()),
                }
            }
            "QUIT" => {
                out.write_all(b"221 bye\r\n")?;
                return Ok(());
            }
            _ => "250 so be it\r\n".to_owned(),
        };
        out.write_all(answer.as_bytes())?;
    }
    Ok(())
}

/// The answer to a letter; `None` hangs up.
fn taken(letter: Letter, desk: &Mutex<Desk>) -> Option<String> {
    let mut desk = lock(desk);
    match desk.manners.pop_front().unwrap_or(Manner::Takes) {
        Manner::Takes => {
            desk.letters.push(letter);
            Some("250 taken\r\n".to_owned())
        }
        Manner::HangsUp => {
            desk.letters.push(letter);
            None
        }
        Manner::Refuses => {
            let quoted = letter.text.lines().find(|line| line.contains("/links/")).unwrap_or("it");
            let answer = format!("451 4.7.1 {quoted} is not to our liking\r\n");
            desk.refused.push(letter);
            Some(answer)
        }
    }
}

/// The text of a message, out of the quoted-printable form (RFC 2045) where it is in that.
fn decoded(message: &str) -> String {
    let (head, body) = message.split_once("\n\n").unwrap_or(("", message));
    let head = head.to_lowercase();
    assert!(!head.contains("base64"), "this post office reads no base64: {head}");
    if !head.contains("quoted-printable") {
        return body.to_owned();
    }
    let joined = body.replace("=\n", "");
    let mut bytes = Vec::with_capacity(joined.len());
    let mut rest = joined.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let code = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        match code.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(code) if *byte == b'=' => {
                bytes.push(code);
                rest = after.get(2..).unwrap_or(&[]);
            }
            Some(_) | None => {
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn a_text_is_read_in_either_form() {
        assert_eq!(decoded("Subject: x\n\nplain = plain\n"), "plain = plain\n");
        let quoted = "Content-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=C3=9Fe =3D a/b=\nc\n";
        assert_eq!(decoded(quoted), "Grüße = a/bc\n");
    }
}
