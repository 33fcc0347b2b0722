//! The directory of the merchants whose settings the `MerchantsObject` holds, as this isolate knows it: all beside the default one, and that
//! one too where its shop's settings stand in the dashboard. The list is read anew after 30 s, a merchant's settings
//! when their version has changed; what was last read serves while they cannot be reached, because a payment that is under way must not
//! stop.

use super::directory_object::{self, Entry, Settled, ToMerchants};
use super::sealed::{check, unseal};
use super::{Config, Deployment, Found, NoConfig, ShopSource, deployment, of_variables};
use crate::platform::Env;
use crate::platform::log::{
    self,
    Field::{Merchant, Why},
    What,
};
use malipo_engine::json;
use malipo_shared::LinkId;
use std::rc::Rc;

/// How old the list of merchants may be, in milliseconds: so long a change takes to be known everywhere.
const FRESH_MS: u64 = 30_000;
/// A list that lacks what is asked for is read anew, but not oftener than this, in milliseconds: strangers can ask too.
const LACKING_MS: u64 = 2_000;
/// After a failure, in milliseconds.
const AGAIN_MS: u64 = 5_000;

#[derive(Default)]
struct Directory {
    entries: Vec<Entry>,
    /// When the list was read, in Unix milliseconds; none before the first time.
    read_at_ms: Option<u64>,
    /// Until when nobody else asks, in Unix milliseconds. (Waiting for another request's call is not possible here.)
    asking_until_ms: u64,
    /// Changes that this isolate has made, and how many of them the list holds: until it holds all, everybody asks.
    changes: u64,
    changes_read: u64,
    settings: Vec<(LinkId, u64, Found)>,
}

impl Directory {
    fn take(&mut self, entries: Vec<Entry>, now_ms: u64) {
        let is_there = |link: &LinkId| entries.iter().any(|entry| entry.link == *link);
        self.settings.retain(|(link, _, _)| is_there(link));
        self.entries = entries;
        self.read_at_ms = Some(now_ms);
        self.asking_until_ms = 0;
    }

    /// Takes in the list that was read, which was asked for after so many changes.
    fn hear(
        &mut self,
        env: &Env,
        changes: u64,
        read: crate::platform::error::Result<Vec<Entry>>,
        now_ms: u64,
    ) -> Result<(), NoConfig> {
        // A list that was asked for before a change does not stand for what came after it.
        self.changes_read = self.changes_read.max(changes);
        match read {
            Ok(entries) if changes == self.changes || self.read_at_ms.is_none() => {
                self.take(entries, now_ms);
            }
            Ok(_) => {}
            Err(why) => {
                log::error(env.as_ref(), What::MerchantsUnreached, &[Why(&why)]);
                self.read_at_ms.ok_or(NoConfig::Unreached)?;
            }
        }
        Ok(())
    }

    /// Whether this request has to read the list; the others go on with what is known.
    fn is_due(&mut self, is_found: bool, now_ms: u64) -> bool {
        let Some(read_at_ms) = self.read_at_ms else {
            return true;
        };
        let fresh_ms = if is_found { FRESH_MS } else { LACKING_MS };
        let is_changed = self.changes_read < self.changes;
        let is_old = now_ms >= read_at_ms + fresh_ms && now_ms >= self.asking_until_ms;
        let is_due = is_changed || is_old;
        if is_due {
            self.asking_until_ms = now_ms + AGAIN_MS;
        }
        is_due
    }
}

/// The default merchant.
pub(crate) async fn default_merchant(env: &Env) -> Found {
    of_link(env, &deployment(env)?.default_link).await
}

/// The merchant of this link. For the default merchant nothing is asked or waited for where its settings are the deployment's variables.
pub(crate) async fn of_link(env: &Env, link: &LinkId) -> Found {
    let deployment = deployment(env)?;
    if let Some(config) = of_variables(env).filter(|config| config.link == *link) {
        return Ok(config);
    }
    match entry(env, &deployment, &|entry| entry.link == *link).await {
        Ok(Some(entry)) => settings(env, &deployment, &entry).await,
        Ok(None) if *link == deployment.default_link => Err(NoConfig::NotSetUp),
        Ok(None) => Err(NoConfig::UnknownLink),
        Err(none) => Err(none),
    }
}

/// The merchant whom this number (Pay Bill, store or till) names to M-PESA; none if no merchant has it.
///
/// # Errors
/// The list was never read and cannot be reached.
pub(crate) async fn of_number(
    env: &Env,
    deployment: &Deployment,
    number: &str,
) -> Result<Option<LinkId>, NoConfig> {
    let of_variables = of_variables(env);
    if let Some(default) = of_variables.filter(|default| default.numbers().contains(&number)) {
        return Ok(Some(default.link.clone()));
    }
    let is_it = |entry: &Entry| entry.numbers.iter().any(|known| known == number);
    let found = entry(env, deployment, &is_it).await?;
    Ok(found.map(|entry| entry.link))
}

/// All merchants, the default merchant first; that one alone where the list was never read and cannot be reached.
pub(crate) async fn links(env: &Env, deployment: &Deployment) -> Vec<LinkId> {
    let known = known_links(env, deployment).await;
    known.unwrap_or_else(|| vec![deployment.default_link.clone()])
}

/// All merchants, the default merchant first; none where the list was never read and cannot be reached.
pub(crate) async fn known_links(env: &Env, deployment: &Deployment) -> Option<Vec<LinkId>> {
    // Nobody has this name: it only has the list read where it is due.
    entry(env, deployment, &|_| false).await.ok()?;
    let directory = env.isolate().of::<Directory>();
    let directory = directory.borrow();
    Some({
        let others = directory.entries.iter().map(|entry| entry.link.clone());
        let others = others.filter(|link| *link != deployment.default_link);
        core::iter::once(deployment.default_link.clone())
            .chain(others)
            .collect()
    })
}

/// Whether the default merchant has worked by settings in the dashboard, and now does by the deployment's variables: nobody may take the ones
/// for the others.
pub(crate) async fn is_left_in_the_dashboard(env: &Env, deployment: &Deployment) -> bool {
    if deployment.shop == ShopSource::Dashboard {
        return false;
    }
    let is_it = |entry: &Entry| entry.link == deployment.default_link;
    let found = entry(env, deployment, &is_it).await;
    matches!(
        found,
        Ok(Some(Entry {
            used_at_ms: Some(_),
            ..
        }))
    )
}

/// From here on the list is old: it was changed by this isolate.
pub(crate) fn forget(env: &Env) {
    env.isolate().of::<Directory>().borrow_mut().changes += 1;
}

/// The first merchant that `is_it`, by the list as it is or as it was last known.
async fn entry(
    env: &Env,
    deployment: &Deployment,
    is_it: &dyn Fn(&Entry) -> bool,
) -> Result<Option<Entry>, NoConfig> {
    let directory = env.isolate().of::<Directory>();
    let find = || {
        let directory = directory.borrow();
        directory.entries.iter().find(|entry| is_it(entry)).cloned()
    };
    let found = find();
    if !directory.borrow_mut().is_due(found.is_some(), env.now_ms()) {
        return Ok(found);
    }
    let changes = directory.borrow().changes;
    let read = read_list(env, deployment).await;
    directory
        .borrow_mut()
        .hear(env, changes, read, env.now_ms())?;
    Ok(find())
}

async fn read_list(
    env: &Env,
    deployment: &Deployment,
) -> crate::platform::error::Result<Vec<Entry>> {
    let text = directory_object::ask(env, deployment.env.as_str(), &ToMerchants::List).await?;
    Ok(json::read(&text)?)
}

async fn read_settled(
    env: &Env,
    deployment: &Deployment,
    link: &LinkId,
) -> crate::platform::error::Result<Option<Settled>> {
    let message = ToMerchants::Read {
        link: link.clone(),
        is_in_use: *link == deployment.default_link,
    };
    let text = directory_object::ask(env, deployment.env.as_str(), &message).await?;
    Ok(json::read(&text)?)
}

async fn settings(env: &Env, deployment: &Rc<Deployment>, entry: &Entry) -> Found {
    let link = &entry.link;
    let directory = env.isolate().of::<Directory>();
    let kept = {
        let directory = directory.borrow();
        let mut settings = directory.settings.iter();
        settings.find(|(known, _, _)| known == link).cloned()
    };
    if let Some((_, version, known)) = &kept
        && *version >= entry.version
    {
        return known.clone();
    }
    match (read_settled(env, deployment, link).await, kept) {
        (Ok(Some(settled)), _) => {
            let known = opened(env, deployment, link, &settled).map(Rc::new);
            let kept = (link.clone(), settled.version, known.clone());
            let mut directory = directory.borrow_mut();
            directory.settings.retain(|(known, _, _)| known != link);
            directory.settings.push(kept);
            known
        }
        (Ok(None), _) => Err(NoConfig::UnknownLink),
        (Err(why), Some((_, _, last))) => {
            log::error(
                env.as_ref(),
                What::MerchantsUnreached,
                &[Merchant(link), Why(&why)],
            );
            last
        }
        (Err(why), None) => {
            log::error(
                env.as_ref(),
                What::MerchantsUnreached,
                &[Merchant(link), Why(&why)],
            );
            Err(NoConfig::Unreached)
        }
    }
}

fn opened(
    env: &Env,
    deployment: &Rc<Deployment>,
    link: &LinkId,
    settled: &Settled,
) -> Result<Config, NoConfig> {
    let Some(settings) = unseal(deployment, link, &settled.sealed) else {
        let what = "no master key opens it; keep the old one as MASTER_KEY_PREVIOUS";
        log::error(
            env.as_ref(),
            What::MerchantWrong,
            &[Merchant(link), Why(&what)],
        );
        return Err(NoConfig::Wrong([what.to_owned()].into()));
    };
    let config = check(deployment, link, &settings).inspect_err(|none| {
        if let NoConfig::Wrong(wrong) = none {
            log::error(
                env.as_ref(),
                What::MerchantWrong,
                &[Merchant(link), Why(&wrong.join("; "))],
            );
        }
    })?;
    let of_variables = of_variables(env);
    let is_taken = |number: &&str| {
        of_variables
            .as_ref()
            .is_some_and(|default| default.numbers().contains(number))
    };
    let taken = config.numbers().into_iter().find(is_taken);
    if let Some(number) = taken {
        log::error(
            env.as_ref(),
            What::NumberTaken,
            &[Merchant(link), Why(&number)],
        );
    }
    Ok(Config {
        is_active: settled.is_active && taken.is_none(),
        ..config
    })
}
