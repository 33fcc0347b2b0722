//! The counters, in Workers Analytics Engine where `COUNTS` is bound: one data point a thing that happened. They decide
//! nothing, and hold nothing of a customer's.

use malipo_engine::counts::Count;
use malipo_shared::LinkId;
use malipo_shell::platform::host::Host;
use malipo_shell::platform::log::{self, What};
use worker::{AnalyticsEngineDataPointBuilder, Env};

/// Writes them down: index link; blobs what, code, environment; doubles 1, milliseconds.
pub(crate) fn write(host: &dyn Host, env: &Env, env_word: &str, link: &LinkId, counts: &[Count]) {
    if counts.is_empty() {
        return;
    }
    let Ok(dataset) = env.analytics_engine("COUNTS") else {
        return;
    };
    for count in counts {
        let point = AnalyticsEngineDataPointBuilder::new()
            .indexes([link.as_str()])
            .blobs([count.what.as_str(), count.code.as_str(), env_word])
            .doubles([1.0, count.ms as f64]);
        if point.write_to(&dataset).is_err() {
            log::warn(host, What::CounterUnwritten, &[]);
        }
    }
}
