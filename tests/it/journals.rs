//! Journals of earlier versions: each folds to the payment that its own version made of it, line by line. The files under
//! `tests/fixtures/journals` are written once (`cargo xtask journals`) and never changed.

mod folded;
mod player;
mod stories;

use folded::Folded;
use player::Player;
use serde_json::{Value, json};
use std::fs;
use std::path::PathBuf;

/// Where this command's new folder goes; only `cargo xtask journals` sets it.
const WRITE: &str = "MALIPO_JOURNALS";

fn fixtures() -> PathBuf {
    malipo_tests::root().join("tests/fixtures/journals")
}

fn played() -> Vec<(&'static str, Player)> {
    let all = stories::all();
    let play = |(name, story): (&'static str, stories::Story)| {
        let mut player = Player::new();
        story(&mut player);
        (name, player)
    };
    all.into_iter().map(play).collect()
}

/// One story as it is kept: the journal's rows, what each line folds to so far, and the whole payment at the end.
fn kept(player: &Player) -> String {
    let mut lines = Vec::new();
    for (upto, line) in player.journal.iter().enumerate() {
        let so_far = Folded::of(&player.journal[..=upto]).brief();
        let row = json!([
            line.at_ms,
            line.times,
            line.last_at_ms,
            player::text_of(line),
            so_far
        ]);
        lines.push(row.to_string());
    }
    let end = Folded::of(&player.journal).whole(player.now_ms);
    format!(
        "{{\"now_ms\":{},\n\"lines\":[\n{}\n],\n\"folds_to\":{end}}}\n",
        player.now_ms,
        lines.join(",\n")
    )
}

/// Every version's stories, the oldest version first.
fn shelf() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for version in fs::read_dir(fixtures()).unwrap() {
        let stories = fs::read_dir(version.unwrap().path()).unwrap();
        found.extend(stories.map(|story| story.unwrap().path()));
    }
    found.sort();
    found
}

/// What was kept is here still; what is new beside it is not looked at.
fn differs(kept: &Value, now: &Value, at: &str) -> Option<String> {
    match (kept, now) {
        (Value::Object(kept), Value::Object(now)) => kept.iter().find_map(|(name, value)| {
            let known = now.get(name).unwrap_or(&Value::Null);
            differs(value, known, &format!("{at}.{name}"))
        }),
        (Value::Array(kept), Value::Array(now)) if kept.len() == now.len() => kept
            .iter()
            .zip(now)
            .enumerate()
            .find_map(|(n, (kept, now))| differs(kept, now, &format!("{at}[{n}]"))),
        (kept, now) => (kept != now).then(|| format!("{at}: it was {kept}, and is {now}")),
    }
}

#[test]
fn journals_of_every_version_fold_to_the_same_payment() {
    let shelf = shelf();
    assert!(shelf.len() > 60, "only {} journals", shelf.len());
    for path in shelf {
        let name = path.display();
        let story: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        let rows = story["lines"].as_array().unwrap();
        let mut journal = Vec::new();
        for row in rows {
            journal.push(player::read(row));
            let so_far = Folded::of(&journal).brief();
            if let Some(what) = differs(&row[4], &so_far, "so far") {
                panic!("{name}, line {}: {what}", journal.len());
            }
        }
        let end = Folded::of(&journal).whole(story["now_ms"].as_u64().unwrap());
        if let Some(what) = differs(&story["folds_to"], &end, "folds to") {
            panic!("{name}: {what}");
        }
    }
}

#[test]
fn every_story_is_told_by_its_journal() {
    let played = played();
    for (name, player) in &played {
        let mut journal = Vec::new();
        for line in &player.journal {
            let row = json!([
                line.at_ms,
                line.times,
                line.last_at_ms,
                player::text_of(line)
            ]);
            journal.push(player::read(&row));
        }
        let folded = malipo_engine::payment::Payment::fold(&journal);
        assert!(player.is_forgotten || folded == player.payment, "{name}");
    }
    let Ok(folder) = std::env::var(WRITE) else {
        return;
    };
    let folder = fixtures().join(folder);
    assert!(
        !folder.exists(),
        "{} is there, and stays as it is",
        folder.display()
    );
    fs::create_dir_all(&folder).unwrap();
    for (name, player) in &played {
        fs::write(folder.join(format!("{name}.json")), kept(player)).unwrap();
    }
    println!("{} stories written to {}", played.len(), folder.display());
}
