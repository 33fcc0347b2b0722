//! The program: its flags, its first lines, its end.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
};

struct Program {
    child: Child,
    lines: Vec<String>,
    rest: BufReader<std::process::ChildStdout>,
}

impl Program {
    fn start(flags: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_malipo-emulator"))
            .args(["--port", "0"])
            .args(flags)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut rest = BufReader::new(child.stdout.take().unwrap());
        let mut lines = Vec::new();
        while !lines
            .last()
            .is_some_and(|line: &String| line.starts_with("emulator ready "))
        {
            let mut line = String::new();
            assert_ne!(rest.read_line(&mut line).unwrap(), 0, "it ended: {lines:?}");
            lines.push(line.trim_end().to_owned());
        }
        Self { child, lines, rest }
    }

    fn url(&self) -> &str {
        self.lines
            .last()
            .unwrap()
            .strip_prefix("emulator ready ")
            .unwrap()
    }

    fn end(mut self, signal: &str) {
        let kill = Command::new("kill")
            .args([signal, &self.child.id().to_string()])
            .status();
        assert!(kill.unwrap().success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        let mut more = String::new();
        self.rest.read_to_string(&mut more).unwrap();
        assert_eq!(more, "");
    }
}

async fn token_status(url: &str, key: &str, secret: &str) -> u16 {
    let url = format!("{url}/oauth/v1/generate?grant_type=client_credentials");
    let request = reqwest::Client::new()
        .get(url)
        .basic_auth(key, Some(secret));
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn it_says_where_it_is_and_ends_cleanly_on_a_signal() {
    for signal in ["-TERM", "-INT"] {
        let flags = [
            "--app",
            "key:secret",
            "--shortcode",
            "600000:a",
            "--till",
            "600001:7777:b",
        ];
        let program = Program::start(&flags);
        assert_eq!(
            program.lines.len(),
            2,
            "no secret is printed when all were given"
        );
        assert_eq!(token_status(program.url(), "key", "secret").await, 200);
        program.end(signal);
    }
}

#[tokio::test]
async fn secrets_that_nobody_gave_are_made_up_and_printed_once() {
    let (one, other) = (
        Program::start(&["--seed", "1"]),
        Program::start(&["--seed", "1"]),
    );
    let secret = |program: &Program, name: &str| {
        let prefix = format!("{name}=");
        let found: Vec<_> = program
            .lines
            .iter()
            .filter_map(|line| line.strip_prefix(&prefix))
            .collect();
        assert_eq!(found.len(), 1);
        found[0].to_owned()
    };
    let (key, passed) = (
        secret(&one, "DARAJA_CONSUMER_KEY"),
        secret(&one, "DARAJA_CONSUMER_SECRET"),
    );
    assert_ne!(
        secret(&one, "DARAJA_PASSKEY"),
        secret(&other, "DARAJA_PASSKEY")
    );
    assert_eq!(token_status(one.url(), &key, &passed).await, 200);
    assert_eq!(token_status(other.url(), &key, &passed).await, 400);
    one.end("-TERM");
    other.end("-TERM");
}

#[tokio::test]
async fn credentials_come_from_a_file() {
    let file = std::env::temp_dir().join(format!("malipo-emulator-{}.env", std::process::id()));
    let text = "DARAJA_CONSUMER_KEY=filed\nDARAJA_CONSUMER_SECRET=\"away\"\nDARAJA_PASSKEY=pass\n";
    std::fs::write(&file, text).unwrap();
    let program = Program::start(&["--credentials-file", file.to_str().unwrap()]);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(program.lines.len(), 2);
    assert_eq!(token_status(program.url(), "filed", "away").await, 200);
    program.end("-TERM");
}
