//! Which screen a route shows.

use super::{codes, compare, items, look, payment, payments, today};
use crate::app::App;
use crate::route::Route;
use leptos::prelude::*;

/// The screen of a route.
pub(super) fn screen(app: App, route: Route) -> AnyView {
    match route {
        Route::Today => today::screen(app).into_any(),
        Route::Payments(filter) => payments::screen(app, filter).into_any(),
        Route::Payment(reference) => payment::screen(app, reference).into_any(),
        Route::Look(look) => look::screen(app, look).into_any(),
        Route::Compare => compare::screen(app).into_any(),
        Route::Items => items::screen(app).into_any(),
        Route::Codes(query) => codes::screen(query).into_any(),
    }
}
