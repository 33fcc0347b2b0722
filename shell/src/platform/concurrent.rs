//! Work for several things at the same time: a few at once, and what each came to, in order. Whoever calls objects for a list
//! of receipts, payments or merchants does it by this.

use futures_util::{FutureExt as _, StreamExt as _, stream};

/// Objects that are called at the same time: the platform's limit of connections of one request.
const AT_ONCE: usize = 6;

/// Does `work` for each, a few at the same time; what it says of each, in order. Who is slow keeps one place and nobody else's.
pub async fn each<'t, T, O, F: Future<Output = O>>(
    things: &'t [T],
    work: impl Fn(&'t T) -> F,
) -> Vec<O> {
    each_of(things, AT_ONCE, work).await
}

/// The same, so many at the same time.
pub async fn each_of<'t, T, O, F: Future<Output = O>>(
    things: &'t [T],
    at_once: usize,
    work: impl Fn(&'t T) -> F,
) -> Vec<O> {
    let numbered = things.iter().enumerate();
    let work = numbered.map(|(n, thing)| work(thing).map(move |said| (n, said)));
    let mut said: Vec<(usize, O)> = stream::iter(work).buffer_unordered(at_once).collect().await;
    said.sort_unstable_by_key(|(n, _)| *n);
    said.into_iter().map(|(_, said)| said).collect()
}
