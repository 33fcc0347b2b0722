//! Which text stands in which place of the page. A place without a text is hidden.

use crate::model::Model;
use crate::screens::{
    Action, Name, Part, Place as Paragraph, Screen, filled, number_trouble, spoken,
};
use crate::spoken::{digits, duration, fill, secs_until};
use crate::words::Word;
use malipo_shared::sentences::Language;

/// The most facts on a screen: the overpaid one's.
pub(super) const FACTS: usize = 5;
/// The most steps: those of a Pay Bill.
pub(super) const STEPS: usize = 7;
/// The most hints.
pub(super) const HINTS: usize = 3;
/// The most buttons, the form's own apart.
pub(super) const ACTIONS: usize = 3;
const ROWS: usize = FACTS + STEPS;

/// Where a text stands. Rows take several places: `Place::FactLabel as usize + index`.
#[derive(Clone, Copy)]
pub(super) enum Place {
    TestMode,
    Heading,
    Message,
    Timer,
    WholeSecs,
    LeftSecs,
    NumberLabel,
    NumberHelp,
    /// Why the number in the form cannot be one.
    NumberTrouble,
    /// What to consider about the number in the form.
    NumberHint,
    IsInvalid,
    SubmitLabel,
    /// A mark: the wait is not over.
    SubmitClosed,
    HintsHeading,
    Note,
    CutOff,
    /// What a screen reader hears beside the heading.
    Heard,
    /// The other language, to switch to.
    Other,
    FactLabel,
    FactValue = Place::FactLabel as isize + FACTS as isize,
    StepLabel = Place::FactValue as isize + FACTS as isize,
    StepValue = Place::StepLabel as isize + STEPS as isize,
    CopyName = Place::StepValue as isize + STEPS as isize,
    CopyWord = Place::CopyName as isize + ROWS as isize,
    Hint = Place::CopyWord as isize + ROWS as isize,
    ActionLabel = Place::Hint as isize + HINTS as isize,
    ActionClass = Place::ActionLabel as isize + ACTIONS as isize,
    /// A mark: the wait is not over.
    ActionClosed = Place::ActionClass as isize + ACTIONS as isize,
}

impl Place {
    pub(super) const COUNT: usize = Place::ActionClosed as usize + ACTIONS;
}

/// What is on the page.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) name: Option<Name>,
    pub(super) texts: Vec<String>,
    pub(super) actions: Vec<Action>,
    pub(super) submit: Option<Action>,
    /// What the button of each row copies.
    pub(super) copies: Vec<String>,
    /// The row that was copied last.
    pub(super) copied: Option<usize>,
}

impl Shown {
    /// Marks a row as copied; its text.
    pub(super) fn copy(&mut self, row: usize) -> Option<String> {
        self.copied = Some(row);
        self.copies.get(row).cloned()
    }
}

/// All texts of one screen.
pub(super) struct Texts<'a> {
    model: &'a Model,
    now_ms: u64,
    copied: Option<usize>,
    pub(super) all: Vec<String>,
    pub(super) actions: Vec<Action>,
    pub(super) submit: Option<Action>,
    pub(super) copies: Vec<String>,
}

impl<'a> Texts<'a> {
    pub(super) fn of(
        model: &'a Model,
        screen: &Screen,
        now_ms: u64,
        copied: Option<usize>,
    ) -> Texts<'a> {
        let mut texts = Texts {
            model,
            now_ms,
            copied,
            all: vec![String::new(); Place::COUNT],
            actions: Vec::new(),
            submit: None,
            copies: vec![String::new(); ROWS],
        };
        texts.put(Place::Heading, 0, screen.heading.clone());
        for part in &screen.parts {
            texts.part(part);
        }
        if model.view.as_ref().is_some_and(|view| !view.livemode) {
            texts.word(Place::TestMode, 0, Word::TestMode);
        }
        if model.is_cut_off {
            texts.word(Place::CutOff, 0, Word::CutOff);
        }
        let heard = match copied {
            Some(_) => texts.say(Word::Copied),
            None => spoken(model, screen, now_ms),
        };
        texts.put(Place::Heard, 0, heard);
        let other = match model.language {
            Language::En => "Kiswahili",
            Language::Sw => "English",
        };
        texts.put(Place::Other, 0, other.to_owned());
        texts
    }

    fn part(&mut self, part: &Part) {
        match part {
            Part::Nothing => {}
            Part::Text(place, text) => self.put(note_or_message(*place), 0, text.clone()),
            Part::Word(place, word) => self.word(note_or_message(*place), 0, *word),
            Part::Timer {
                from_ms,
                ends_at_ms,
            } => self.timer(*from_ms, *ends_at_ms),
            Part::Facts(facts) => {
                for (index, fact) in facts.iter().enumerate() {
                    let value = self.fill(fact.value);
                    let copied = if fact.is_copied { fact.value } else { "" };
                    self.put(Place::FactValue, index, value);
                    self.row(Place::FactLabel, index, fact.label, index, copied);
                }
            }
            Part::Form(action) => self.form(*action),
            Part::Steps(steps) => {
                for (index, step) in steps.iter().enumerate() {
                    let value = self.fill(step.shown);
                    self.put(Place::StepValue, index, value);
                    self.row(
                        Place::StepLabel,
                        index,
                        step.word,
                        FACTS + index,
                        step.copied,
                    );
                }
            }
            Part::Hints(words) => {
                self.word(Place::HintsHeading, 0, words[0]);
                for (index, word) in words[1..].iter().enumerate() {
                    self.word(Place::Hint, index, *word);
                }
            }
            Part::Actions(actions) => {
                for (index, action) in actions.iter().enumerate() {
                    self.button(Place::ActionLabel, Place::ActionClosed, index, *action);
                    let class = if action.is_primary { "primary" } else { "" };
                    self.put(Place::ActionClass, index, class.to_owned());
                }
                self.actions.clone_from(actions);
            }
        }
    }

    /// The label of a row, and its copy button if there is something to copy.
    fn row(&mut self, place: Place, index: usize, label: Word, row: usize, copied: &str) {
        self.word(place, index, label);
        if copied.is_empty() {
            return;
        }
        self.copies[row] = self.fill(copied);
        let name = [&self.say(Word::Copy), ": ", &self.say(label)].concat();
        self.put(Place::CopyName, row, name);
        let word = match self.copied == Some(row) {
            true => Word::Copied,
            false => Word::Copy,
        };
        self.word(Place::CopyWord, row, word);
    }

    fn timer(&mut self, from_ms: u64, ends_at_ms: u64) {
        let left_secs = secs_until(ends_at_ms, self.now_ms);
        let language = self.model.language;
        let text = match left_secs {
            0 => self.say(Word::TimeOver),
            secs => fill(Word::TimeLeft.say(language), |_| duration(secs, language)),
        };
        let whole_secs = secs_until(ends_at_ms, from_ms);
        self.put(Place::Timer, 0, text);
        self.put(Place::WholeSecs, 0, digits(u64::from(whole_secs)));
        self.put(Place::LeftSecs, 0, digits(u64::from(left_secs)));
    }

    fn form(&mut self, action: Action) {
        self.word(Place::NumberLabel, 0, Word::PhoneNumber);
        self.word(Place::NumberHelp, 0, Word::PhoneHelp);
        let model = self.model;
        let trouble = model.trouble.as_ref();
        if let Some(text) = trouble.and_then(|trouble| number_trouble(trouble, model.language)) {
            self.put(Place::NumberTrouble, 0, text);
            self.put(Place::IsInvalid, 0, "true".to_owned());
        } else {
            self.put(Place::IsInvalid, 0, "false".to_owned());
        }
        if model.has_other_prefix() {
            self.word(Place::NumberHint, 0, Word::OtherPrefix);
        }
        self.button(Place::SubmitLabel, Place::SubmitClosed, 0, action);
        self.submit = Some(action);
    }

    fn button(&mut self, label: Place, closed: Place, index: usize, action: Action) {
        if action.enabled_at_ms > self.now_ms {
            self.word(label, index, action.waiting);
            self.put(closed, index, "true".to_owned());
        } else {
            self.word(label, index, action.word);
        }
    }

    fn word(&mut self, place: Place, index: usize, word: Word) {
        let text = self.say(word);
        self.put(place, index, text);
    }

    fn put(&mut self, place: Place, index: usize, text: String) {
        self.all[place as usize + index] = text;
    }

    fn say(&self, word: Word) -> String {
        self.fill(word.say(self.model.language))
    }

    fn fill(&self, template: &str) -> String {
        filled(self.model, template, self.now_ms)
    }
}

const fn note_or_message(place: Paragraph) -> Place {
    match place {
        Paragraph::Message => Place::Message,
        Paragraph::Note => Place::Note,
    }
}
