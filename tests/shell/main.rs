//! The simulation of the shell: the real one, on a simulated host. Stories run without faults, at each point of failure, and by chance;
//! the rules of ARCHITECTURE.md are checked at every durable write and the books at the end.

mod host;
mod points;
mod rules;
mod stories;
mod world;

use std::time::Instant;

#[test]
fn every_story_ends_well_without_faults() {
    for story in stories::all() {
        let run = points::run(story, 1, None, true);
        if run.broken.is_some() || std::env::var("MALIPO_TELL").is_ok_and(|name| name == story.name)
        {
            println!("{}", run.story.join("\n"));
        }
        println!("{}: {} steps", story.name, run.steps);
        assert_eq!(run.broken, None, "{}", story.name);
    }
}

#[test]
fn every_story_ends_well_whatever_fails_at_whatever_point() {
    let only = std::env::var("MALIPO_STORY").ok();
    let mut broken = 0;
    for story in stories::all().filter(|story| only.as_ref().is_none_or(|only| story.name == only))
    {
        let began = Instant::now();
        let (points, found) = points::run_all(story, &points::FAULTS);
        println!(
            "{}: {points} points, {:.1} s",
            story.name,
            began.elapsed().as_secs_f32()
        );
        for (point, rule, what) in found.iter().take(6) {
            println!(
                "  {:?} at step {} breaks rule {rule}: {what}",
                point.fault, point.step
            );
        }
        broken += found.len();
    }
    assert_eq!(broken, 0, "points of failure break a rule");
}
