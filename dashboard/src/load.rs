//! Reading what a screen shows: once, again when something changed, and page by page.

use crate::app::App;
use crate::net::{self, Problem};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;

/// What is known of something that is read.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Load<T> {
    Waiting,
    Ready(T),
    Failed(Problem),
}

/// What can be read, and shown while it is read again.
pub(crate) trait Read: DeserializeOwned + Clone + Send + Sync + 'static {}
impl<T: DeserializeOwned + Clone + Send + Sync + 'static> Read for T {}

/// Reads `path()`, anew when it or anything else has changed. What is there stays until the new is.
pub(crate) fn load<T: Read>(app: App, path: impl Fn() -> String + 'static) -> RwSignal<Load<T>> {
    let loaded = RwSignal::new(Load::Waiting);
    let newest = StoredValue::new(0_u32);
    Effect::new(move |before: Option<String>| {
        app.changes.track();
        let path = path();
        if before.is_some_and(|before| before != path) {
            loaded.set(Load::Waiting);
        }
        newest.update_value(|number| *number += 1);
        let mine = newest.get_value();
        let asked = path.clone();
        spawn_local(async move {
            let answer = net::get(app, &asked).await;
            // The screen may be gone, or may show something else by now.
            if newest.try_get_value() == Some(mine) {
                let _ = loaded.try_set(match answer {
                    Ok(answer) => Load::Ready(answer),
                    Err(problem) => Load::Failed(problem),
                });
            }
        });
        path
    });
    loaded
}

/// A list of the API: its rows, and where the next page begins.
pub(crate) trait Page: Read {
    type Row: Clone + Send + Sync + 'static;
    fn parts(self) -> (Vec<Self::Row>, Option<String>);
}

/// A list as far as it was read.
#[derive(Debug, Clone)]
pub(crate) struct Rows<R> {
    pub(crate) rows: Vec<R>,
    pub(crate) next: Option<String>,
}

/// A list that is read page by page.
pub(crate) struct List<R: Clone + Send + Sync + 'static> {
    pub(crate) loaded: RwSignal<Load<Rows<R>>>,
    pub(crate) is_reading: RwSignal<bool>,
}

impl<R: Clone + Send + Sync + 'static> Clone for List<R> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<R: Clone + Send + Sync + 'static> Copy for List<R> {}

/// Reads the first page of `path()`, anew when it or anything else has changed.
pub(crate) fn list<P: Page>(app: App, path: impl Fn() -> String + 'static) -> List<P::Row> {
    let first = load::<P>(app, path);
    let loaded = RwSignal::new(Load::Waiting);
    Effect::new(move |_| {
        loaded.set(match first.get() {
            Load::Waiting => Load::Waiting,
            Load::Failed(problem) => Load::Failed(problem),
            Load::Ready(page) => {
                let (rows, next) = page.parts();
                Load::Ready(Rows { rows, next })
            }
        });
    });
    List {
        loaded,
        is_reading: RwSignal::new(false),
    }
}

impl<R: Clone + Send + Sync + 'static> List<R> {
    /// Reads the next page of `path`, which holds its other parameters.
    pub(crate) fn more<P: Page<Row = R>>(self, app: App, path: &str) {
        let next = self.loaded.with_untracked(|loaded| match loaded {
            Load::Ready(rows) => rows.next.clone(),
            Load::Waiting | Load::Failed(_) => None,
        });
        let Some(next) = next.filter(|_| !self.is_reading.get_untracked()) else {
            return;
        };
        self.is_reading.set(true);
        let joint = if path.contains('?') { '&' } else { '?' };
        let after = crate::filter::written(&[("after", &next)]);
        let path = format!("{path}{joint}{after}");
        spawn_local(async move {
            let answer = net::get::<P>(app, &path).await;
            let _ = self.is_reading.try_set(false);
            match answer {
                Ok(page) => self.append(page, &next),
                Err(problem) => app.complain(problem.message),
            }
        });
    }

    /// Appends a page to the list that it was asked for; the list may be another by now.
    fn append<P: Page<Row = R>>(self, page: P, after: &str) {
        let (more, next) = page.parts();
        let _ = self.loaded.try_update(|loaded| {
            if let Load::Ready(rows) = loaded
                && rows.next.as_deref() == Some(after)
            {
                rows.rows.extend(more);
                rows.next = next;
            }
        });
    }
}

macro_rules! pages {
    ($($page:ident, $rows:ident, $row:ident;)*) => {$(
        impl Page for crate::wire::$page {
            type Row = crate::wire::$row;
            fn parts(self) -> (Vec<Self::Row>, Option<String>) {
                (self.$rows, self.next)
            }
        }
    )*};
}

pages! {
    PaymentsPage, payments, PaymentFacts;
    UnmatchedPage, unmatched, Unmatched;
    DeliveriesPage, deliveries, Delivery;
    DifferencesPage, differences, Difference;
}
