//! The rows of people, passkeys, sessions, invitations and used challenges. Reading where nothing was ever written makes no table.

use crate::calls::desk::{Challenge, Invitation, NewSession, Passkey, ToDesk};
use crate::platform::error::{Error, Result};
use crate::platform::home::Home;
use crate::platform::sql::SqlValue;

const TABLES: [&str; 5] = [
    // A removed person keeps the id: it is the author of what they did.
    "CREATE TABLE IF NOT EXISTS people (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, joined_at_ms INTEGER NOT NULL, \
     removed_at_ms INTEGER) STRICT",
    "CREATE TABLE IF NOT EXISTS passkeys (credential TEXT PRIMARY KEY, person TEXT NOT NULL, key TEXT NOT NULL, counter INTEGER NOT NULL, \
     backed_up INTEGER NOT NULL, rp_id TEXT NOT NULL, label TEXT NOT NULL, made_at_ms INTEGER NOT NULL, used_at_ms INTEGER) STRICT",
    "CREATE TABLE IF NOT EXISTS sessions (hash TEXT PRIMARY KEY, person TEXT NOT NULL, label TEXT NOT NULL, made_at_ms INTEGER NOT NULL, \
     ends_at_ms INTEGER NOT NULL) STRICT",
    "CREATE TABLE IF NOT EXISTS invitations (token TEXT PRIMARY KEY, role TEXT NOT NULL, name TEXT NOT NULL, ends_at_ms INTEGER NOT NULL, \
     used_at_ms INTEGER) STRICT",
    // Challenges that succeeded, until they would be over.
    "CREATE TABLE IF NOT EXISTS spent (challenge TEXT PRIMARY KEY, ends_at_ms INTEGER NOT NULL) STRICT",
];

const INVITED: &str = "\
SELECT json_object('role', role, 'name', name, 'ends_at_ms', ends_at_ms) AS v FROM invitations \
WHERE token = ? AND used_at_ms IS NULL AND ends_at_ms > ?";
const KNOWN: &str = "\
SELECT json_object('person', p.id, 'key', k.key, 'counter', k.counter, 'role', p.role) AS v FROM passkeys k \
JOIN people p ON p.id = k.person AND p.removed_at_ms IS NULL WHERE k.credential = ?";
const OF_SESSION: &str = "\
SELECT json_object('id', p.id, 'name', p.name, 'role', p.role) AS v FROM sessions s \
JOIN people p ON p.id = s.person AND p.removed_at_ms IS NULL WHERE s.hash = ? AND s.ends_at_ms > ?";
/// Sessions of one person at the same time; the oldest goes.
const SESSIONS_MAX: u64 = 20;

/// Answers a message, in one transaction: JSON.
pub(super) fn answer(home: &dyn Home, message: &ToDesk) -> Result<String> {
    let mut answer = None;
    home.transaction(&mut || {
        answer = Some(Rows { home }.answer(message)?);
        Ok(())
    })?;
    answer.ok_or_else(|| Error::new("the transaction did not run"))
}

struct Rows<'h> {
    home: &'h dyn Home,
}

impl Rows<'_> {
    fn answer(&self, message: &ToDesk) -> Result<String> {
        match message {
            ToDesk::Invite {
                token,
                invitation,
                now_ms,
            } => self.invite(token, invitation, *now_ms),
            ToDesk::Invited { token, now_ms } => {
                self.first(INVITED, &[text(token), number(*now_ms)])
            }
            ToDesk::Join {
                token,
                person,
                name,
                passkey,
                session,
                challenge,
                now_ms,
            } => {
                let is_good = self.spends(challenge, *now_ms)?
                    && self.joins(token, person, name, passkey, *now_ms)?;
                self.opens(is_good, person, session, *now_ms)
            }
            ToDesk::Passkey { credential } => self.first(KNOWN, &[text(credential)]),
            ToDesk::SignIn {
                credential,
                counter,
                is_backed_up,
                session,
                challenge,
                now_ms,
            } => {
                let person = "SELECT person AS v FROM passkeys k JOIN people p ON p.id = k.person AND p.removed_at_ms IS NULL \
                              WHERE credential = ?";
                let person = self.known(person, &[text(credential)])?;
                let Some(person) = person.first() else {
                    return Ok(nothing());
                };
                let is_good = self.spends(challenge, *now_ms)?;
                if is_good {
                    self.run(
                        "UPDATE passkeys SET counter = ?, backed_up = ?, used_at_ms = ? WHERE credential = ?",
                        &[
                            number(u64::from(*counter)),
                            number(u64::from(*is_backed_up)),
                            number(*now_ms),
                            text(credential),
                        ],
                    )?;
                }
                self.opens(is_good, person, session, *now_ms)
            }
            ToDesk::Admit { session, now_ms } => {
                self.first(OF_SESSION, &[text(session), number(*now_ms)])
            }
            ToDesk::SignOut { session } => {
                if self.is_made()? {
                    self.run("DELETE FROM sessions WHERE hash = ?", &[text(session)])?;
                }
                Ok(nothing())
            }
        }
    }

    fn invite(&self, token: &str, invitation: &Invitation, now_ms: u64) -> Result<String> {
        for table in TABLES {
            self.run(table, &[])?;
        }
        // What is long over is of no use to anybody.
        self.run(
            "DELETE FROM invitations WHERE ends_at_ms <= ?",
            &[number(now_ms)],
        )?;
        self.run(
            "INSERT INTO invitations (token, role, name, ends_at_ms) VALUES (?, ?, ?, ?)",
            &[
                text(token),
                text(&invitation.role),
                text(&invitation.name),
                number(invitation.ends_at_ms),
            ],
        )?;
        Ok(nothing())
    }

    /// Takes a person in by an invitation that is good, with a passkey that nobody has.
    fn joins(
        &self,
        token: &str,
        person: &str,
        name: &str,
        passkey: &Passkey,
        now_ms: u64,
    ) -> Result<bool> {
        let role = "SELECT role AS v FROM invitations WHERE token = ? AND used_at_ms IS NULL AND ends_at_ms > ?";
        let role = self.known(role, &[text(token), number(now_ms)])?;
        let known = "SELECT person AS v FROM passkeys WHERE credential = ?";
        let known = self.known(known, &[text(&passkey.credential)])?;
        let (Some(role), true) = (role.first(), known.is_empty()) else {
            return Ok(false);
        };
        self.run(
            "UPDATE invitations SET used_at_ms = ? WHERE token = ?",
            &[number(now_ms), text(token)],
        )?;
        self.run(
            "INSERT INTO people (id, name, role, joined_at_ms) VALUES (?, ?, ?, ?)",
            &[text(person), text(name), text(role), number(now_ms)],
        )?;
        self.run(
            "INSERT INTO passkeys (credential, person, key, counter, backed_up, rp_id, label, made_at_ms) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            &[
                text(&passkey.credential),
                text(person),
                text(&passkey.key),
                number(u64::from(passkey.counter)),
                number(u64::from(passkey.is_backed_up)),
                text(&passkey.rp_id),
                text(&passkey.label),
                number(now_ms),
            ],
        )?;
        Ok(true)
    }

    /// Uses a challenge up; false if it was used before.
    fn spends(&self, challenge: &Challenge, now_ms: u64) -> Result<bool> {
        if !self.is_made()? {
            return Ok(false);
        }
        self.run("DELETE FROM spent WHERE ends_at_ms <= ?", &[number(now_ms)])?;
        let known = "SELECT challenge AS v FROM spent WHERE challenge = ?";
        if !self.all(known, &[text(&challenge.hash)])?.is_empty() {
            return Ok(false);
        }
        self.run(
            "INSERT INTO spent (challenge, ends_at_ms) VALUES (?, ?)",
            &[text(&challenge.hash), number(challenge.ends_at_ms)],
        )?;
        Ok(true)
    }

    /// Opens a session for who has shown what was asked; the person.
    fn opens(
        &self,
        is_good: bool,
        person: &str,
        session: &NewSession,
        now_ms: u64,
    ) -> Result<String> {
        if !is_good {
            return Ok(nothing());
        }
        self.run(
            "DELETE FROM sessions WHERE ends_at_ms <= ?",
            &[number(now_ms)],
        )?;
        self.run(
            "INSERT INTO sessions (hash, person, label, made_at_ms, ends_at_ms) VALUES (?, ?, ?, ?, ?)",
            &[
                text(&session.hash),
                text(person),
                text(&session.label),
                number(now_ms),
                number(session.ends_at_ms),
            ],
        )?;
        self.run(
            "DELETE FROM sessions WHERE person = ?1 AND hash NOT IN \
             (SELECT hash FROM sessions WHERE person = ?1 ORDER BY made_at_ms DESC, rowid DESC LIMIT ?2)",
            &[text(person), number(SESSIONS_MAX)],
        )?;
        self.first(OF_SESSION, &[text(&session.hash), number(now_ms)])
    }

    fn is_made(&self) -> Result<bool> {
        let made = "SELECT name AS v FROM sqlite_master WHERE name = 'spent'";
        Ok(!self.all(made, &[])?.is_empty())
    }

    /// The column `v` of the first row, or null.
    fn first(&self, statement: &str, values: &[SqlValue<'_>]) -> Result<String> {
        let found = self.known(statement, values)?;
        Ok(found.into_iter().next().unwrap_or_else(nothing))
    }

    /// The column `v` of what a statement finds; nothing before the first writing.
    fn known(&self, statement: &str, values: &[SqlValue<'_>]) -> Result<Vec<String>> {
        match self.is_made()? {
            true => self.all(statement, values),
            false => Ok(Vec::new()),
        }
    }

    fn all(&self, statement: &str, values: &[SqlValue<'_>]) -> Result<Vec<String>> {
        self.home.sql(statement, values)
    }

    fn run(&self, statement: &str, values: &[SqlValue<'_>]) -> Result<()> {
        self.home.sql(statement, values).map(drop)
    }
}

fn nothing() -> String {
    "null".to_owned()
}

fn number(value: u64) -> SqlValue<'static> {
    SqlValue::Number(value)
}

fn text(value: &str) -> SqlValue<'_> {
    SqlValue::Text(value)
}
