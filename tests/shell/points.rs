//! Points of failure: each story is run once to see where the host could fail, and then once for each of those points.

use crate::host::fate::{Fault, Point};
use crate::stories::Story;
use crate::world::town::World;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Of each fault so many points are tried at least, where there are so many.
const RARE: usize = 4;
/// Longer than any story.
const STORY_MS: u64 = 12 * 86_400_000;

/// What is tried at each point.
pub(crate) const FAULTS: [Fault; 11] = [
    Fault::CrashKept,
    Fault::CrashLost,
    Fault::Replaced,
    Fault::NotWritten,
    Fault::AnswerLost,
    Fault::CallLost,
    Fault::SendLost,
    Fault::Late,
    Fault::SlowAnswer,
    Fault::ClientLeft,
    Fault::Away,
];

/// How a run went.
pub(crate) struct Run {
    pub(crate) broken: Option<(u32, String)>,
    pub(crate) chances: Vec<Point>,
    pub(crate) hash: u64,
    pub(crate) steps: u64,
    pub(crate) story: Vec<String>,
}

/// Runs a story with this fault; what broke.
pub(crate) fn run(story: &Story, seed: u64, point: Option<Point>, is_told: bool) -> Run {
    let world = World::new(seed, is_told, story.setting);
    if point.is_none() {
        world.cloud.fate.notes_chances();
    }
    world.cloud.fate.plan(point);
    story.begin(&world);
    let is_over = world.live(STORY_MS);
    world.settles();
    let chances = world.cloud.fate.chances();
    world.comes_to_rest();
    let broken = world.closes_its_books();
    let run = Run {
        broken: broken.or_else(|| (!is_over).then(|| (9, "it does not end".to_owned()))),
        chances,
        hash: world.cloud.run.hash(),
        steps: world.cloud.run.steps(),
        story: world.cloud.story(),
    };
    world.ends();
    run
}

/// Runs a story at each of its points, on every core; how many those were, and which broke a rule.
///
/// One in `stride` of them is tried, and more of those of which there are few.
pub(crate) fn run_all(
    story: &Story,
    faults: &[Fault],
    stride: usize,
) -> (usize, Vec<(Point, u32, String)>) {
    let chances = run(story, 1, None, false).chances;
    let of = |fault: &Fault| {
        let of: Vec<Point> = chances
            .iter()
            .filter(|at| at.fault == *fault)
            .copied()
            .collect();
        // Of those that are rare not all are passed over.
        let stride = stride.min(1 + of.len() / RARE);
        of.into_iter().skip(stride / 2).step_by(stride)
    };
    let points: Vec<Point> = faults.iter().flat_map(of).collect();
    let next = AtomicUsize::new(0);
    let work = || {
        let mut found = Vec::new();
        while let Some(point) = points.get(next.fetch_add(1, Ordering::Relaxed)) {
            if let Some((rule, what)) = run(story, 1, Some(*point), false).broken {
                found.push((*point, rule, what));
            }
        }
        found
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let found = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect()
    });
    (points.len(), found)
}
