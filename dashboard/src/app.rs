//! `App`: what every screen shares: who is signed in, where the page is, and what was just said.

use crate::route::Route;
use crate::wire::Session;
use leptos::prelude::*;

/// Cheap to copy: all of it is signals.
#[derive(Clone, Copy)]
pub(crate) struct App {
    pub(crate) session: RwSignal<Whose>,
    /// Where Cloudflare Access forgets this browser, once it has let it in.
    pub(crate) access_logout_url: RwSignal<Option<String>>,
    pub(crate) route: RwSignal<Route>,
    /// Said aloud and shown until the next one.
    pub(crate) notice: RwSignal<Option<Notice>>,
    /// Grows whenever something was changed: counts and lists are read again.
    pub(crate) changes: RwSignal<u32>,
}

/// Whether somebody is signed in.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Whose {
    /// Not known yet.
    Asking,
    Nobody,
    Of(Session),
    /// The Worker could not be asked.
    Failed(String),
}

/// What was done, or why it was not.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Notice {
    pub(crate) is_good: bool,
    pub(crate) text: String,
}

impl App {
    /// What stands before the API's paths.
    pub(crate) fn prefix(self) -> String {
        self.session.with_untracked(|whose| match whose {
            Whose::Of(session) => session.prefix.clone(),
            Whose::Asking | Whose::Nobody | Whose::Failed(_) => String::new(),
        })
    }

    /// Whose dashboard this tab shows.
    pub(crate) fn link(self) -> String {
        self.session.with_untracked(|whose| match whose {
            Whose::Of(session) => session.link.clone().unwrap_or_default(),
            Whose::Asking | Whose::Nobody | Whose::Failed(_) => String::new(),
        })
    }

    pub(crate) fn say(self, text: impl Into<String>) {
        self.tell(true, text.into());
    }

    pub(crate) fn complain(self, text: impl Into<String>) {
        self.tell(false, text.into());
    }

    /// Takes away what was said before: the same words twice would be no change, which nobody hears.
    fn tell(self, is_good: bool, text: String) {
        self.notice.set(None);
        request_animation_frame(move || self.notice.set(Some(Notice { is_good, text })));
    }

    /// Something was changed.
    pub(crate) fn changed(self) {
        self.changes.update(|changes| *changes += 1);
    }
}
