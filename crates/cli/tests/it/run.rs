//! Running the binary in a folder of its own.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    thread::{self, JoinHandle},
};

use tempfile::TempDir;

/// A folder for one test's installation.
pub(crate) struct Place {
    folder: TempDir,
}

/// What a command did.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    fn of(output: &Output) -> Ran {
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Fails unless it ended with this code.
    pub(crate) fn ends(self, code: i32) -> Ran {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// Fails unless it said this, on either stream.
    pub(crate) fn says(self, words: &str) -> Ran {
        assert!(
            self.out.contains(words) || self.err.contains(words),
            "no “{words}”\nout: {}\nerr: {}",
            self.out,
            self.err
        );
        self
    }
}

impl Place {
    pub(crate) fn new() -> Place {
        Place { folder: tempfile::tempdir().unwrap() }
    }

    /// A place with a vendor and a person.
    pub(crate) fn with_vendor() -> Place {
        let place = Place::new();
        place.user("chief@acme.example").ends(0);
        place
    }

    fn user(&self, email: &str) -> Ran {
        self.run(&["user", "create", "--vendor", "Acme", "--name", "Ana Lopez", "--email", email])
    }

    /// A key of the person of `with_vendor`; its secret is what it prints.
    pub(crate) fn make_key(&self, scopes: &str) -> Ran {
        let whose = ["--owner", "chief@acme.example"];
        let make = ["api-key", "create", "--name", "test", "--scopes", scopes];
        self.run(&[make.as_slice(), whose.as_slice()].concat())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.path("data/entente.db")
    }

    /// A file of the place with this text.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// The binary with these arguments, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_entente"));
        let inherited: Vec<String> = std::env::vars()
            .map(|(name, _)| name)
            .filter(|name| name.starts_with("ENTENTE_") && name != "ENTENTE_TEST_STATEMENTS")
            .collect();
        for name in inherited {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env("ENTENTE_DATA_DIR", self.path("data"))
            .env("ENTENTE_LISTEN", "127.0.0.1:0")
            .env("ENTENTE_LOG", "warn")
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(&self.command(arguments).output().unwrap())
    }

    pub(crate) fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Ran {
        let variables = variables.iter().copied();
        Ran::of(&self.command(arguments).envs(variables).output().unwrap())
    }

    /// A running node, ready to answer.
    pub(crate) fn serve(&self) -> Node {
        Node::start(&mut self.command(&["serve"]))
    }
}

/// A running node; killed when dropped.
pub(crate) struct Node {
    process: Child,
    /// Gathers what it says to the error stream, so that the pipe never fills.
    errors: Option<JoinHandle<String>>,
    /// Where it answers, as host and port.
    pub(crate) address: String,
}

impl Node {
    pub(crate) fn start(command: &mut Command) -> Node {
        Node::start_telling(command).0
    }

    /// As `start`, with what it said before it served.
    pub(crate) fn start_telling(command: &mut Command) -> (Node, Vec<String>) {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stream = process.stderr.take().unwrap();
        let errors = thread::spawn(move || {
            let mut text = Vec::new();
            stream.read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        });
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut told = Vec::new();
        let address = loop {
            match lines.next() {
                Some(Ok(line)) if line.starts_with("Entente serves ") => {
                    break line.rsplit(' ').next().unwrap().to_owned();
                }
                Some(Ok(line)) => told.push(line),
                Some(Err(_)) | None => {
                    let words = errors.join().unwrap();
                    panic!("it did not serve: {words}");
                }
            }
        };
        // What it still says must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        (Node { process, errors: Some(errors), address }, told)
    }

    /// One request with a connection of its own; the answer as it came.
    pub(crate) fn ask(&self, head: &str, body: &str) -> Option<String> {
        let mut stream = TcpStream::connect(&self.address).ok()?;
        let request = format!(
            "{head}\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(request.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        (!answer.is_empty()).then_some(answer)
    }

    pub(crate) fn get(&self, path: &str) -> String {
        self.ask(&format!("GET {path} HTTP/1.1"), "").unwrap()
    }

    /// Makes an account through the API; whether it was acknowledged.
    pub(crate) fn account(&self, key: &str, number: u32) -> bool {
        let head = format!(
            "POST /api/v1/accounts HTTP/1.1\r\nauthorization: Bearer {key}\r\n\
             content-type: application/json\r\nidempotency-key: k{number}"
        );
        let body = format!("{{\"name\":\"Company number {number}\"}}");
        self.ask(&head, &body).is_some_and(|answer| answer.starts_with("HTTP/1.1 201"))
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Sends SIGTERM.
    pub(crate) fn ask_to_stop(&self) {
        let done = Command::new("kill").args(["-TERM", &self.id().to_string()]).status().unwrap();
        assert!(done.success());
    }

    /// Waits for the end; exit code and what was said to the error stream.
    pub(crate) fn ended(mut self) -> Ran {
        let err = self.errors.take().unwrap().join().unwrap();
        let code = self.process.wait().unwrap().code().unwrap_or(-1);
        Ran { code, out: String::new(), err }
    }

    pub(crate) fn stop(self) -> Ran {
        self.ask_to_stop();
        self.ended()
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, which is no fault.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// The value after `name` at the beginning of a line.
pub(crate) fn value_of(text: &str, name: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).trim().to_owned()
}

/// A file's bytes changed at one place.
pub(crate) fn tamper(path: &Path, from: &str, to: &str) {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.contains(from), "no {from} in {text}");
    std::fs::write(path, text.replacen(from, to, 1)).unwrap();
}
