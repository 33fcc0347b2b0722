//! Icons: strokes in a square of 24. Each stands beside its word, never in its place.

use crate::words::Mood;
use leptos::prelude::*;

/// An icon of this path.
pub(super) fn icon(path: &'static str) -> impl IntoView + use<> {
    view! {
        <svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true" focusable="false">
            <path d=path/>
        </svg>
    }
}

/// The icon of a mood.
pub(super) fn of_mood(mood: Mood) -> impl IntoView + use<> {
    icon(match mood {
        Mood::Good => "M5 13l4 4L19 7",
        Mood::Busy => "M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18",
        Mood::Warning => "M12 9v4m0 3.5v.5M12 4L3 19h18z",
        Mood::Bad => "M7 7l10 10M17 7L7 17",
        Mood::Plain => "M6 12h12",
    })
}

pub(super) const TODAY: &str = "M4 19V11M10 19V5M16 19v-6M3 21h18M21 19V8";
pub(super) const PAYMENTS: &str = "M4 6h16M4 12h16M4 18h10";
pub(super) const LOOK: &str = "M12 8v5m0 3v.5M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18";
pub(super) const COMPARE: &str = "M8 4L4 8l4 4M4 8h13M16 12l4 4-4 4M20 16H7";
pub(super) const ITEMS: &str = "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2v2m4-2v6h-6v-2";
pub(super) const CODES: &str = "M11 4a7 7 0 1 0 0 14 7 7 0 0 0 0-14M16 16l5 5";
pub(super) const OUT: &str = "M10 4H4v16h6M9 12h11M16 8l4 4-4 4";
pub(super) const COPY: &str = "M9 9h11v11H9zM5 15H4V4h11v1";
pub(super) const DOWNLOAD: &str = "M12 4v11M7 11l5 5 5-5M4 20h16";
pub(super) const SEND: &str = "M20 5v6h-6M19.5 11A8 8 0 1 0 20 15";
pub(super) const BACK: &str = "M14 6l-6 6 6 6";
