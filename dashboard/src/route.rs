//! `Route`: which screen an address means. All of it stands after `#`, so that one page serves every screen.

use crate::filter::{Filter, written};

/// A screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Route {
    Today,
    Payments(Filter),
    /// One payment, by its account reference.
    Payment(String),
    Look(Look),
    Compare,
    Items,
    /// The code reference, and what is looked for in it.
    Codes(String),
}

/// What needs attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    Unmatched,
    Review,
    Disputed,
    Unresolved,
    Undelivered,
    Differences,
    Unprocessed,
}

impl Look {
    pub(crate) const ALL: [Look; 7] = [
        Look::Unmatched,
        Look::Differences,
        Look::Review,
        Look::Disputed,
        Look::Unresolved,
        Look::Undelivered,
        Look::Unprocessed,
    ];

    pub(crate) const fn word(self) -> &'static str {
        match self {
            Look::Unmatched => "unmatched",
            Look::Review => "review",
            Look::Disputed => "disputed",
            Look::Unresolved => "unresolved",
            Look::Undelivered => "undelivered",
            Look::Differences => "differences",
            Look::Unprocessed => "unprocessed",
        }
    }
}

impl Route {
    /// The screen of an address's part after `#`; today for what there is not.
    pub(crate) fn parse(hash: &str) -> Route {
        let path = hash.trim_start_matches('#').trim_start_matches('/');
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut parts = path.split('/');
        match (parts.next().unwrap_or_default(), parts.next()) {
            ("payments", Some(reference)) if !reference.is_empty() => {
                Route::Payment(reference.to_owned())
            }
            ("payments", _) => Route::Payments(Filter::read(query)),
            ("look", word) => {
                let known = Look::ALL.into_iter().find(|look| Some(look.word()) == word);
                Route::Look(known.unwrap_or(Look::Unmatched))
            }
            ("compare", _) => Route::Compare,
            ("items", _) => Route::Items,
            ("codes", _) => {
                let mut pairs = form_urlencoded::parse(query.as_bytes());
                let asked = pairs.find(|(name, _)| name == "q");
                Route::Codes(asked.map_or(String::new(), |(_, text)| text.into_owned()))
            }
            _ => Route::Today,
        }
    }

    /// The address, for a link.
    pub(crate) fn href(&self) -> String {
        let (path, query) = match self {
            Route::Today => ("today".to_owned(), String::new()),
            Route::Payments(filter) => ("payments".to_owned(), filter.address()),
            Route::Payment(reference) => (format!("payments/{reference}"), String::new()),
            Route::Look(look) => (format!("look/{}", look.word()), String::new()),
            Route::Compare => ("compare".to_owned(), String::new()),
            Route::Items => ("items".to_owned(), String::new()),
            Route::Codes(text) => ("codes".to_owned(), written(&[("q", text)])),
        };
        match query.as_str() {
            "" => format!("#/{path}"),
            query => format!("#/{path}?{query}"),
        }
    }

    /// The heading of its screen, and the page's title.
    pub(crate) fn title(&self) -> &'static str {
        match self {
            Route::Today => "Today",
            Route::Payments(_) => "Payments",
            Route::Payment(_) => "Payment",
            Route::Look(_) => "Needs attention",
            Route::Compare => "Compare with M-PESA",
            Route::Items => "Items and links",
            Route::Codes(_) => "Codes",
        }
    }

    /// Whether a part of the navigation leads to where this is.
    pub(crate) fn is_below(&self, part: &Route) -> bool {
        let of = |route: &Route| match route {
            Route::Today => 0,
            Route::Payments(_) | Route::Payment(_) => 1,
            Route::Look(_) => 2,
            Route::Compare => 3,
            Route::Items => 4,
            Route::Codes(_) => 5,
        };
        of(self) == of(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_address_leads_back() {
        let filter = Filter {
            text: "INV 7?".into(),
            ..Filter::default()
        };
        let mut all = vec![
            Route::Today,
            Route::Payments(Filter::default()),
            Route::Payments(filter),
            Route::Payment("M0123456789".into()),
            Route::Compare,
            Route::Items,
            Route::Codes(String::new()),
            Route::Codes("wrong PIN & more".into()),
        ];
        all.extend(Look::ALL.map(Route::Look));
        for route in all {
            assert_eq!(Route::parse(&route.href()), route, "{}", route.href());
            assert!(route.is_below(&route));
        }
    }

    #[test]
    fn what_there_is_not_is_today() {
        for hash in ["", "#", "#/", "#/nothing", "#//payments"] {
            let route = Route::parse(hash);
            assert!(matches!(route, Route::Today | Route::Payments(_)), "{hash}");
        }
        assert_eq!(Route::parse("#/look/odd"), Route::Look(Look::Unmatched));
    }
}
