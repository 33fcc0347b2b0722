//! The simulation of the shell: the real one, on a simulated host. Stories run without faults, at each point of failure, and by chance;
//! the rules of ARCHITECTURE.md are checked at every durable write and the books at the end.

mod host;
mod rules;
mod stories;
mod world;

use world::town::World;

/// Longer than any story.
const STORY_MS: u64 = 4 * 3_600_000;

#[test]
fn every_story_ends_well_without_faults() {
    for story in stories::ALL {
        let world = World::new(1, true);
        story.begin(&world);
        let is_over = world.live(STORY_MS);
        world.comes_to_rest();
        let broken = world.closes_its_books();
        if broken.is_some() || !is_over {
            println!("{}", world.cloud.story().join("\n"));
        }
        println!("{}: {} steps, {} calls, {} writes", story.name, world.cloud.run.steps(), world.cloud.calls.get(), world.cloud.writes.get());
        world.ends();
        assert!(is_over, "{} does not end", story.name);
        assert_eq!(broken, None, "{}", story.name);
    }
}
