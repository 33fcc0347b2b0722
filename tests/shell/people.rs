//! A shop's people: invited by the operator, let in by a passkey of their own, and what is refused on the way. The passkey is a real one, with
//! a key on P-256, made by this file as an authenticator makes it.

use crate::host::edge::{self, Answered, Request};
use crate::world::mpesa::BASE_URL;
use crate::world::setting::Setting;
use crate::world::town::World;
use crate::world::truth::HOUR;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use malipo_shell::platform::http::Method;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::future::Future;
use std::rc::Rc;

/// A browser with an authenticator: its passkey, and the cookie that it was given.
struct Browser {
    world: Rc<World>,
    key: SigningKey,
    id: [u8; 16],
    counter: u32,
    user_handle: String,
    cookie: String,
}

impl Browser {
    fn new(world: &Rc<World>, n: u8) -> Browser {
        Browser {
            world: Rc::clone(world),
            key: SigningKey::from_bytes(&[n; 32].into()).unwrap(),
            id: [n; 16],
            counter: 0,
            user_handle: String::new(),
            cookie: String::new(),
        }
    }

    /// Asks as the dashboard's own page does.
    async fn ask(
        &self,
        method: Method,
        path: &str,
        body: &Value,
    ) -> (u16, Value, Vec<(String, String)>) {
        let mut headers = vec![
            ("CF-Connecting-IP", "102.0.0.9"),
            ("Content-Type", "application/json"),
            ("Origin", BASE_URL),
            ("X-Malipo-Dashboard", "1"),
        ];
        if !self.cookie.is_empty() {
            headers.push(("Cookie", &self.cookie));
        }
        let request = Request {
            method,
            url: format!("{BASE_URL}{path}"),
            headers: headers
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            body: if body.is_null() {
                String::new()
            } else {
                body.to_string()
            },
            patience_ms: 30_000,
        };
        let Answered {
            status,
            text,
            headers,
        } = edge::ask(&self.world.cloud, request).await.unwrap();
        (
            status,
            serde_json::from_str(&text).unwrap_or_default(),
            headers,
        )
    }

    async fn post(&mut self, path: &str, body: &Value) -> (u16, Value) {
        let (status, said, headers) = self.ask(Method::Post, path, body).await;
        let set = headers.into_iter().find(|(name, _)| name == "Set-Cookie");
        if let Some((_, set)) = set {
            set.split(';').next().unwrap().clone_into(&mut self.cookie);
        }
        (status, said)
    }

    fn client_data(kind: &str, challenge: &Value) -> Vec<u8> {
        let data =
            json!({"type": kind, "challenge": challenge, "origin": BASE_URL, "crossOrigin": false});
        data.to_string().into_bytes()
    }

    fn authenticator_data(&self, flags: u8) -> Vec<u8> {
        let host = BASE_URL.split_once("://").unwrap().1;
        let mut data = Sha256::digest(host).to_vec();
        data.push(flags);
        data.extend(self.counter.to_be_bytes());
        data
    }

    /// What an authenticator answers when a passkey is made: user present and verified, a credential is attached.
    fn made(&self, challenge: &Value) -> Value {
        let point = self.key.verifying_key().to_encoded_point(false);
        let mut data = self.authenticator_data(0b0100_0101);
        data.extend([0; 16]); // of no known make
        data.extend(16_u16.to_be_bytes());
        data.extend(self.id);
        data.extend([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]);
        data.extend(point.x().unwrap());
        data.extend([0x22, 0x58, 0x20]);
        data.extend(point.y().unwrap());
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt");
        object.push(0x64);
        object.extend(b"none");
        object.push(0x67);
        object.extend(b"attStmt");
        object.extend([0xa0, 0x68]);
        object.extend(b"authData");
        object.extend([0x58, u8::try_from(data.len()).unwrap()]);
        object.extend(data);
        json!({
            "challenge": challenge, "id": BASE64.encode(self.id),
            "client_data_json": BASE64.encode(Browser::client_data("webauthn.create", challenge)),
            "attestation_object": BASE64.encode(object),
        })
    }

    /// What it answers when the passkey is used.
    fn shown(&mut self, challenge: &Value) -> Value {
        let client_data = Browser::client_data("webauthn.get", challenge);
        let data = self.authenticator_data(0b0000_0101);
        let signed = [data.as_slice(), &Sha256::digest(&client_data)].concat();
        let signature: Signature = self.key.sign(&signed);
        json!({
            "challenge": challenge, "id": BASE64.encode(self.id), "user_handle": BASE64.encode(&self.user_handle),
            "client_data_json": BASE64.encode(client_data), "authenticator_data": BASE64.encode(data),
            "signature": BASE64.encode(signature.to_der().as_bytes()),
        })
    }

    /// Begins to join; what the shop says.
    async fn opens_invitation(&mut self, token: &str) -> (u16, Value) {
        let (status, said) = self.post("/dashboard/join", &json!({"token": token})).await;
        if let Some(user) = said["user_id"].as_str() {
            self.user_handle = String::from_utf8(BASE64.decode(user).unwrap()).unwrap();
        }
        (status, said)
    }

    async fn joins(&mut self, token: &str, name: &str) -> (u16, Value) {
        let (_, said) = self.opens_invitation(token).await;
        let mut answer = self.made(&said["challenge"]);
        answer["token"] = json!(token);
        answer["name"] = json!(name);
        self.post("/dashboard/join/finish", &answer).await
    }

    async fn signs_in(&mut self) -> (u16, Value) {
        let (_, begun) = self.post("/dashboard/passkey", &json!({})).await;
        let answer = self.shown(&begun["challenge"]);
        self.post("/dashboard/passkey/finish", &answer).await
    }

    async fn reads(&self, path: &str) -> u16 {
        let path = format!("/v1/merchant/{path}");
        self.ask(Method::Get, &path, &Value::Null).await.0
    }
}

async fn invited(world: &Rc<World>, role: &str) -> String {
    let body = json!({"name": "Somebody", "role": role});
    let path = "/main/invitations";
    let (status, said) = world.operator(Method::Post, path, &body).await;
    assert_eq!(status, 200, "{said}");
    let url = said["url"].as_str().unwrap();
    url.split_once("#join=").unwrap().1.to_owned()
}

fn within<F: Future<Output = ()> + 'static>(acts: impl FnOnce(Rc<World>) -> F) {
    let world = World::new(1, true, Setting::PAYBILL);
    world.begins(acts);
    assert!(
        world.live(1000 * HOUR),
        "{}",
        world.cloud.story().join("\n")
    );
    assert_eq!(*world.wrong.borrow(), None);
    world.ends();
}

#[test]
fn a_person_joins_by_an_invitation_signs_in_by_the_passkey_and_may_do_what_the_role_may() {
    within(|world| async move {
        let token = invited(&world, "cashier").await;
        let mut phone = Browser::new(&world, 1);
        let (status, said) = phone.joins(&token, "Achieng").await;
        assert_eq!(status, 200, "{said}");
        assert_eq!(said["person"]["name"], "Achieng");
        assert_eq!(said["person"]["permissions"], json!(["charge"]));
        assert_eq!(
            (phone.reads("payments").await, phone.reads("summary").await),
            (200, 403)
        );
        let (_, who, _) = phone
            .ask(Method::Get, "/dashboard/session", &Value::Null)
            .await;
        assert_eq!(who["person"]["role"], "cashier", "{who}");

        phone
            .ask(Method::Delete, "/dashboard/session", &json!({}))
            .await;
        assert_eq!(
            phone.reads("payments").await,
            401,
            "a copied cookie opens nothing"
        );
        phone.cookie.clear();
        phone.counter = 7;
        let (status, said) = phone.signs_in().await;
        assert_eq!(
            (status, &said["person"]["name"]),
            (200, &json!("Achieng")),
            "{said}"
        );
        assert_eq!(phone.reads("payments").await, 200);
        world.pass(31 * 24 * HOUR).await;
        assert_eq!(phone.reads("payments").await, 401, "after a month");
    });
}

#[test]
fn an_invitation_lets_one_person_in_once_within_two_days() {
    within(|world| async move {
        let token = invited(&world, "owner").await;
        let mut first = Browser::new(&world, 1);
        assert_eq!(first.joins(&token, "Wanjiru").await.0, 200);
        let mut second = Browser::new(&world, 2);
        assert_eq!(second.opens_invitation(&token).await.0, 404, "used");
        assert_eq!(second.opens_invitation("main.00").await.0, 404);
        assert_eq!(second.opens_invitation("duka.00").await.0, 404);
        assert_eq!(second.opens_invitation("x").await.0, 404);
        let other = invited(&world, "viewer").await;
        let (status, said) = first.opens_invitation(&other).await;
        assert_eq!(
            (status, &said["error"]["code"]),
            (403, &json!("NOT_ALLOWED")),
            "signed in"
        );
        world.pass(49 * HOUR).await;
        assert_eq!(second.opens_invitation(&other).await.0, 404, "over");
    });
}

#[test]
fn what_was_answered_before_or_for_something_else_opens_nothing() {
    within(|world| async move {
        let token = invited(&world, "owner").await;
        let mut phone = Browser::new(&world, 1);
        let (_, begun) = phone.opens_invitation(&token).await;
        let mut answer = phone.made(&begun["challenge"]);
        answer["token"] = json!(token);
        answer["name"] = json!("Wanjiru");
        // A challenge of signing in, another invitation's, and none of ours.
        let (_, other) = phone.post("/dashboard/passkey", &json!({})).await;
        let second = invited(&world, "viewer").await;
        let (_, of_second) = phone.opens_invitation(&second).await;
        for challenge in [&other["challenge"], &of_second["challenge"], &json!("AAAA")] {
            let mut wrong = phone.made(challenge);
            wrong["token"] = json!(token);
            wrong["name"] = json!("Wanjiru");
            let (status, said) = phone.post("/dashboard/join/finish", &wrong).await;
            assert_eq!(
                (status, &said["error"]["code"]),
                (401, &json!("SIGN_IN_REFUSED")),
                "{said}"
            );
        }
        phone.user_handle.clear();
        let (status, said) = phone.post("/dashboard/join/finish", &answer).await;
        assert_eq!(status, 200, "{said}");
        phone.cookie.clear();
        assert_eq!(
            phone.post("/dashboard/join/finish", &answer).await.0,
            404,
            "twice"
        );

        phone.user_handle = said["person"]["id"].as_str().unwrap().to_owned();
        let (_, begun) = phone.post("/dashboard/passkey", &json!({})).await;
        let shown = phone.shown(&begun["challenge"]);
        for field in [
            "client_data_json",
            "authenticator_data",
            "signature",
            "user_handle",
            "id",
        ] {
            let mut wrong = shown.clone();
            let text = shown[field].as_str().unwrap();
            let mut bytes = BASE64.decode(text).unwrap();
            let last = bytes.len() - 3;
            bytes[last] ^= 1;
            wrong[field] = json!(BASE64.encode(bytes));
            let (status, said) = phone.post("/dashboard/passkey/finish", &wrong).await;
            assert_eq!(status, 401, "{field}: {said}");
        }
        assert_eq!(phone.post("/dashboard/passkey/finish", &shown).await.0, 200);
        phone.cookie.clear();
        let (status, _) = phone.post("/dashboard/passkey/finish", &shown).await;
        assert_eq!(status, 401, "the same answer again");
        world.pass(6 * 60_000).await;
        let (_, begun) = phone.post("/dashboard/passkey", &json!({})).await;
        let late = phone.shown(&begun["challenge"]);
        world.pass(6 * 60_000).await;
        assert_eq!(
            phone.post("/dashboard/passkey/finish", &late).await.0,
            401,
            "late"
        );
    });
}

#[test]
fn a_passkey_that_counts_back_is_refused_and_told() {
    within(|world| async move {
        let token = invited(&world, "owner").await;
        let mut phone = Browser::new(&world, 1);
        phone.counter = 5;
        assert_eq!(phone.joins(&token, "Wanjiru").await.0, 200);
        phone.cookie.clear();
        assert_eq!(phone.signs_in().await.0, 401, "the same number");
        phone.counter = 6;
        assert_eq!(phone.signs_in().await.0, 200);
        phone.counter = 4;
        phone.cookie.clear();
        assert_eq!(phone.signs_in().await.0, 401, "a smaller one");
        let errors = world.cloud.shelf.errors.borrow();
        assert!(
            errors.iter().any(|line| line.contains("passkey_copied")),
            "{errors:?}"
        );
    });
}
