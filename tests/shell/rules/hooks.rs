//! What M-PESA posts: it is told yes only when what it said is kept, and what it said is kept although it has hung up.

use super::posted::Posted;
use super::{Rules, kept};
use crate::host::cloud::Cloud;
use crate::host::fate::Fault;
use crate::world::arrivals::target_of;
use malipo_shell::platform::class::Class;
use rusqlite::types::Value;

impl Rules {
    /// Somebody has posted to a hook; of a stranger's nothing need be kept.
    pub(super) fn note_post(&self, url: &str, body: &str) {
        let truth = self.mpesa.truth.borrow();
        let is_callback = truth.pushes.iter().any(|push| push.url == url);
        let is_confirmation = url.ends_with(self.mpesa.c2b_path.borrow().as_str())
            && truth.money.iter().any(|money| body.contains(&money.number));
        if is_callback || is_confirmation {
            self.posted.borrow_mut().push(Posted {
                url: url.to_owned(),
                body: body.to_owned(),
            });
        }
    }

    /// 4: who is told yes may forget what it said.
    pub(super) fn check_answer(&self, cloud: &Cloud, url: &str, body: &str, status: u16) {
        let is_yes = status == 200 && url.contains("/hooks/");
        if is_yes && !is_there(cloud, url, body) && !is_in_inbox(cloud, url, body) {
            let what = format!("M-PESA is told yes, and what it said is nowhere: {url} {body}");
            self.fail(cloud, 4, what);
        }
    }

    /// 5: M-PESA posts once, and may hang up meanwhile.
    pub(super) fn close_hooks(&self, cloud: &Cloud) {
        let is_only_hanging_up = {
            let counts = cloud.fate.counts.borrow();
            let mut others = Fault::ALL.iter().zip(counts.iter());
            others.all(|((fault, _), count)| *count == 0 || *fault == Fault::ClientLeft)
        };
        if !is_only_hanging_up {
            return;
        }
        let posted = self.posted.borrow();
        let is_kept = |of: &&Posted| {
            is_there(cloud, &of.url, &of.body) || is_in_inbox(cloud, &of.url, &of.body)
        };
        let lost = posted.iter().find(|of| !is_kept(of));
        if let Some(Posted { url, body }) = lost {
            self.fail(
                cloud,
                5,
                format!("M-PESA hung up, and what it said is nowhere: {url} {body}"),
            );
        }
    }
}

/// The class and the name of the object that something is for; none for what has no object of its own.
fn object_of(url: &str, body: &str) -> Option<(Class, String)> {
    if url.contains("/stk/") {
        return Some((Class::Payment, target_of(url).0));
    }
    let said: serde_json::Value = serde_json::from_str(body).ok()?;
    let number = said["TransID"]
        .as_str()
        .filter(|_| url.ends_with("/confirm"))?;
    Some((Class::Receipt, format!("production:{number}")))
}

fn is_there(cloud: &Cloud, url: &str, body: &str) -> bool {
    let Some((class, name)) = object_of(url, body) else {
        return true;
    };
    let place = cloud.place_of(class, &name);
    match class {
        Class::Payment => {
            let (_, attempt) = target_of(url);
            kept(cloud, place).is_some_and(|kept| kept.heard.contains(&attempt))
        }
        _ => cloud.at(place, |at| !at.durable.rows.is_empty()),
    }
}

fn is_in_inbox(cloud: &Cloud, url: &str, body: &str) -> bool {
    let name = object_of(url, body).map_or(String::new(), |(_, name)| name);
    let lies = (
        "SELECT CAST(count(*) AS TEXT) AS v FROM inbox WHERE name IN (?1, 'hooks')".to_owned(),
        vec![Value::Text(name)],
    );
    cloud.shelf.texts(&lies).is_ok_and(|count| count != ["0"])
}
