//! Every sample of the documents and every example shop, run with a secret that is not set, empty, short and right: only with
//! the right one is a message believed or an order signed.

use crate::http::{self, at};
use malipo_engine::signed_order::{Audience, OrderSecrets, SignedOrder};
use malipo_shared::LinkId;
use malipo_tests::root;
use serde_json::json;
use standardwebhooks::Webhook;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{SystemTime, UNIX_EPOCH};

const WEBHOOK_SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ORDER_SECRET: &str = "00112233445566778899aabbccddeeff";
/// 3 bytes; 23 bytes; no bytes; text that is no secret of the standard.
const SHORT: [&str; 5] = [
    "whsec_QUJD",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaQ=",
    "whsec_",
    "secret",
    " ",
];
const ID: &str = "msg_1";
const BODY: &str = r#"{"type":"payment.paid","data":{"sequence":9,"payment":{"reference":"R","received_kes":99999}}}"#;
/// Languages of programs: each block of one in a document is run here.
const PROGRAMS: [&str; 12] = [
    "js",
    "mjs",
    "ts",
    "javascript",
    "python",
    "py",
    "php",
    "go",
    "ruby",
    "java",
    "csharp",
    "rust",
];

/// A block of code in a document.
struct Sample {
    /// `docs/webhooks.md:7`.
    place: String,
    language: String,
    code: String,
}

#[test]
fn every_program_in_the_documents_is_run_and_fails_closed() {
    let samples = samples();
    let count = |secret: &str| {
        samples
            .iter()
            .filter(|sample| sample.code.contains(secret))
            .count()
    };
    assert_eq!((count("WEBHOOK_SECRET"), count("ORDER_SECRET")), (3, 1));
    for sample in samples {
        match sample.code.as_str() {
            code if code.contains("WEBHOOK_SECRET") => sample.believes_the_right_secret_alone(),
            code if code.contains("ORDER_SECRET") => sample.signs_with_the_right_secret_alone(),
            _ => panic!("{}: no test runs it", sample.place),
        }
    }
}

#[test]
fn no_example_shop_runs_without_a_good_secret() {
    for name in ["node", "php", "python"] {
        let wrong = |webhook, order| is_refused(name, webhook, order);
        wrong(None, Some(ORDER_SECRET));
        wrong(Some(WEBHOOK_SECRET), None);
        for short in SHORT.into_iter().chain([""]) {
            wrong(Some(short), Some(ORDER_SECRET));
        }
        for short in ["", "short", &ORDER_SECRET[1..]] {
            wrong(Some(WEBHOOK_SECRET), Some(short));
        }
    }
}

impl Sample {
    fn believes_the_right_secret_alone(&self) {
        let believes = |secret: Option<&str>, timestamp: i64, signature: &str| {
            let headers = json!({"webhook-id": ID, "webhook-timestamp": timestamp.to_string(), "webhook-signature": signature});
            let mut command = self.command(match self.language.as_str() {
                "js" => "\nlet took = true;\ntry { heard(process.env.BODY, JSON.parse(process.env.HEADERS)); } catch { took = false; }\nconsole.log(took ? \"taken\" : \"refused\");\n",
                "python" => "\nimport json\ntry:\n    heard(os.environ[\"BODY\"], json.loads(os.environ[\"HEADERS\"]))\n    print(\"taken\")\nexcept Exception:\n    print(\"refused\")\n",
                "php" => "\nforeach (json_decode(getenv('HEADERS'), true) as $name => $value) {\n    $_SERVER['HTTP_' . strtr(strtoupper($name), '-', '_')] = $value;\n}\necho heard(getenv('BODY')) === null ? 'refused' : 'taken';\n",
                other => panic!("{}: nothing runs {other}", self.place),
            });
            command
                .env("BODY", BODY)
                .env("HEADERS", headers.to_string());
            let said = self.run(&mut command, "WEBHOOK_SECRET", secret);
            said.trim_end().ends_with("taken")
        };
        let place = &self.place;
        let now = now_secs();
        let right = signed(WEBHOOK_SECRET, now);
        assert!(
            believes(Some(WEBHOOK_SECRET), now, &right),
            "{place}: the right one"
        );
        assert!(
            believes(Some(WEBHOOK_SECRET), now, &format!("v1,AAAA {right}")),
            "{place}: the second of two"
        );
        for (what, timestamp, signature) in [
            ("by another secret", now, with_key(&[7; 32], now)),
            ("by an empty secret", now, with_key(&[], now)),
            (
                "of yesterday",
                now - 86_400,
                signed(WEBHOOK_SECRET, now - 86_400),
            ),
            (
                "of tomorrow",
                now + 86_400,
                signed(WEBHOOK_SECRET, now + 86_400),
            ),
            ("for another time", now + 1, right.clone()),
            ("unsigned", now, String::new()),
        ] {
            assert!(
                !believes(Some(WEBHOOK_SECRET), timestamp, &signature),
                "{place}: {what}"
            );
        }
        for secret in [None, Some("")].into_iter().chain(SHORT.map(Some)) {
            // Whatever a program may take for the key: nothing, the text, and what it decodes to.
            let text = secret.unwrap_or_default();
            for key in keys(text) {
                let forged = with_key(&key, now);
                assert!(!believes(secret, now, &forged), "{place}: {secret:?}");
            }
        }
    }

    fn signs_with_the_right_secret_alone(&self) {
        assert_eq!(self.language, "js", "{}", self.place);
        let order = |secret| {
            let mut command = self.command("\nconsole.log(order);\n");
            self.run(&mut command, "ORDER_SECRET", secret)
                .trim()
                .to_owned()
        };
        let secrets = OrderSecrets::parse(ORDER_SECRET, None).unwrap();
        let audience = Audience {
            env: "production",
            link: &LinkId::parse("main").unwrap(),
        };
        let now_ms = u64::try_from(now_secs()).unwrap() * 1000;
        let good = order(Some(ORDER_SECRET));
        SignedOrder::verify(&good, &secrets, &audience, now_ms).unwrap();
        for secret in [None, Some(""), Some("short"), Some(&ORDER_SECRET[1..])] {
            assert_eq!(order(secret), "", "{}: {secret:?}", self.place);
        }
    }

    /// The sample with something behind it, as a file that finds the packages of this project.
    fn command(&self, more: &str) -> Command {
        let place: String = self
            .place
            .chars()
            .map(|c| if c.is_alphanumeric() { c } else { '_' })
            .collect();
        let (program, ending, head) = match self.language.as_str() {
            "js" => ("node".to_owned(), "mjs", ""),
            "python" => (at("MALIPO_PYTHON"), "py", ""),
            "php" => ("php".to_owned(), "php", "<?php\n"),
            other => panic!("{}: nothing runs {other}", self.place),
        };
        let file = scratch(&format!("{place}.{ending}"));
        fs::write(&file, format!("{head}{}{more}", self.code)).unwrap();
        let mut command = Command::new(program);
        command.arg(file);
        command
    }

    /// What it writes.
    fn run(&self, command: &mut Command, variable: &str, secret: Option<&str>) -> String {
        set(command, variable, secret);
        let output = command.output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }
}

/// Every block in a programming language, of the documents and the README files.
fn samples() -> Vec<Sample> {
    let docs = fs::read_dir(root().join("docs")).unwrap();
    let mut files: Vec<PathBuf> = docs.map(|entry| entry.unwrap().path()).collect();
    files.extend(
        [
            "README.md",
            "SECURITY.md",
            "examples/wallet/README.md",
            "emulator/README.md",
        ]
        .map(|file| root().join(file)),
    );
    files.retain(|file| file.extension().is_some_and(|ending| ending == "md") && file.is_file());
    files.sort();
    let mut samples = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let name = file.strip_prefix(root()).unwrap().display().to_string();
        let mut lines = text.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            let Some(language) = line.trim_start().strip_prefix("```") else {
                continue;
            };
            let inside = lines.by_ref().map(|(_, line)| line);
            let code: Vec<&str> = inside
                .take_while(|line| !line.trim_start().starts_with("```"))
                .collect();
            if PROGRAMS.contains(&language) {
                samples.push(Sample {
                    place: format!("{name}:{}", at + 1),
                    language: language.to_owned(),
                    code: code.join("\n"),
                });
            }
        }
    }
    samples
}

/// The shop ends before it listens; in PHP, whose server listens in any case, it answers that it is not in order.
#[track_caller]
fn is_refused(name: &str, webhook: Option<&str>, order: Option<&str>) {
    let what = format!("{name} with {webhook:?} and {order:?}");
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let folder = root().join("examples/wallet").join(name);
    let mut command = match name {
        "node" => Command::new("node"),
        "php" => Command::new("php"),
        _ => Command::new(at("MALIPO_PYTHON")),
    };
    match name {
        "node" => command.arg(folder.join("server.mjs")),
        "php" => command
            .args(["-d", "display_errors=1", "-S", &format!("127.0.0.1:{port}")])
            .arg(folder.join("server.php")),
        _ => command.arg(folder.join("server.py")),
    };
    let wallet = scratch(&format!("wallet-{name}"));
    command
        .env("PORT", port.to_string())
        .env("PAY_URL", "http://127.0.0.1:9")
        .env("AUDIENCE", "malipo:emulator:main")
        .env("WALLET", wallet)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    set(&mut command, "WEBHOOK_SECRET", webhook);
    set(&mut command, "ORDER_SECRET", order);
    let mut shop = Shop(command.spawn().unwrap());
    if name != "php" {
        let mut line = String::new();
        BufReader::new(shop.0.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert_eq!(line, "", "{what}: it listens");
        let ended = shop.0.wait().unwrap();
        let mut said = String::new();
        shop.0
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        assert!(
            !ended.success() && said.contains("_SECRET must"),
            "{what}: {said}"
        );
        return;
    }
    let mut line = String::new();
    let mut told = BufReader::new(shop.0.stderr.take().unwrap());
    told.read_line(&mut line).unwrap();
    assert!(line.contains("started"), "{what}: {line}");
    let root = format!("http://127.0.0.1:{port}");
    for key in keys(webhook.unwrap_or_default()) {
        let now = now_secs();
        let headers = [
            ("webhook-id", ID),
            ("webhook-timestamp", &now.to_string()),
            ("webhook-signature", &with_key(&key, now)),
        ];
        let heard = http::send("POST", &format!("{root}/webhook"), &headers, BODY);
        assert_eq!(heard.status, 500, "{what}: {}", heard.text);
    }
    let page = http::get(&format!("{root}/topup?customer=amina&amount=150"));
    assert_eq!(page.status, 500, "{what}: {}", page.text);
}

/// A program that ends with its test.
struct Shop(Child);

impl Drop for Shop {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _status = self.0.wait();
    }
}

fn set(command: &mut Command, variable: &str, value: Option<&str>) {
    match value {
        Some(value) => command.env(variable, value),
        None => command.env_remove(variable),
    };
}

/// What a careless program may take a secret's text for.
fn keys(text: &str) -> Vec<Vec<u8>> {
    use base64::Engine as _;
    let rest = text.strip_prefix("whsec_").unwrap_or(text);
    let lenient = base64::engine::general_purpose::STANDARD.decode(rest);
    let mut keys = vec![
        Vec::new(),
        text.as_bytes().to_vec(),
        rest.as_bytes().to_vec(),
    ];
    keys.extend(lenient);
    keys
}

fn signed(secret: &str, at_secs: i64) -> String {
    let webhook = Webhook::new(secret).unwrap();
    webhook.sign(ID, at_secs, BODY.as_bytes()).unwrap()
}

/// As a forger signs who knows how a bad secret is read.
fn with_key(key: &[u8], at_secs: i64) -> String {
    let webhook = Webhook::from_bytes(key.to_vec()).unwrap();
    webhook.sign(ID, at_secs, BODY.as_bytes()).unwrap()
}

fn now_secs() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    i64::try_from(now.as_secs()).unwrap()
}

/// Where the programs lie while they run, below the checkout that the tests run in.
fn scratch(name: &str) -> PathBuf {
    let dir = root().join("target/tmp");
    fs::create_dir_all(&dir).unwrap();
    dir.join(name)
}
