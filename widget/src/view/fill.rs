//! Which text stands in which place of the page. A place without a text is hidden.

use malipo_shared::screens::model::Model;
use malipo_shared::screens::spoken::{digits, duration, fill, secs_until};
use malipo_shared::screens::words::Word;
use malipo_shared::screens::{Action, Form, Name, Screen, field_trouble, filled, spoken};
use malipo_shared::sentences::Language;

/// The most facts on a screen: the overpaid one's.
pub(super) const FACTS: usize = 5;
/// The most steps: those of a Paybill.
pub(super) const STEPS: usize = 7;
/// The most hints.
pub(super) const HINTS: usize = 3;
/// The most buttons, the form's own apart.
pub(super) const ACTIONS: usize = 3;
const FORMS: usize = Form::ALL.len();
const ROWS: usize = FACTS + STEPS;

/// Where a text stands. Rows take several places: `Place::FactLabel.at(index)`.
#[derive(Clone, Copy)]
pub(super) enum Place {
    TestMode,
    Heading,
    Message,
    Timer,
    WholeSecs,
    LeftSecs,
    HintsHeading,
    Note,
    CutOff,
    /// What a screen reader hears beside the heading.
    Heard,
    /// The other language, to switch to.
    Other,
    /// The box beside the number, and a mark: it is ticked.
    Remember,
    IsRemembered,
    FactLabel,
    FactValue = Place::FactLabel as isize + FACTS as isize,
    /// Where a press on the value leads.
    FactLink = Place::FactValue as isize + FACTS as isize,
    StepLabel = Place::FactLink as isize + FACTS as isize,
    StepValue = Place::StepLabel as isize + STEPS as isize,
    CopyName = Place::StepValue as isize + STEPS as isize,
    CopyWord = Place::CopyName as isize + ROWS as isize,
    Hint = Place::CopyWord as isize + ROWS as isize,
    ActionLabel = Place::Hint as isize + HINTS as isize,
    /// A mark: the wait is not over.
    ActionClosed = Place::ActionLabel as isize + ACTIONS as isize,
    // Each form has its own.
    FieldLabel = Place::ActionClosed as isize + ACTIONS as isize,
    FieldHelp = Place::FieldLabel as isize + FORMS as isize,
    /// Why what stands in the field is not taken.
    FieldTrouble = Place::FieldHelp as isize + FORMS as isize,
    /// What to consider about what stands in the field.
    FieldHint = Place::FieldTrouble as isize + FORMS as isize,
    /// What stands in the field at first.
    FieldValue = Place::FieldHint as isize + FORMS as isize,
    IsInvalid = Place::FieldValue as isize + FORMS as isize,
    SubmitLabel = Place::IsInvalid as isize + FORMS as isize,
    /// A mark: the wait is not over.
    SubmitClosed = Place::SubmitLabel as isize + FORMS as isize,
}

impl Place {
    const COUNT: usize = Place::SubmitClosed as usize + FORMS;

    /// The index of its text, by row.
    pub(super) const fn at(self, index: usize) -> usize {
        self as usize + index
    }
}

/// What is on the page.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) name: Option<Name>,
    pub(super) actions: &'static [Action],
    pub(super) form: Option<Form>,
    /// What the button of each row copies.
    pub(super) copies: Vec<String>,
    /// The row that was copied last.
    pub(super) copied: Option<usize>,
}

impl Shown {
    /// Marks a row as copied; its text.
    pub(super) fn copy(&mut self, row: usize) -> String {
        self.copied = Some(row);
        self.copies[row].clone()
    }
}

/// All texts of one screen.
pub(super) struct Texts<'a> {
    model: &'a Model,
    now_ms: u64,
    copied: Option<usize>,
    pub(super) all: Vec<String>,
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
            copies: vec![String::new(); ROWS],
        };
        texts.put(Place::Heading, 0, screen.heading.clone());
        texts.put(Place::Message, 0, screen.message.clone());
        texts.lists(screen);
        if screen.has_timer {
            texts.timer();
        }
        if let Some(form) = screen.form {
            texts.form(form);
        }
        if let Some(note) = screen.note {
            texts.word(Place::Note, 0, note);
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

    fn lists(&mut self, screen: &Screen) {
        for (index, fact) in screen.facts.iter().enumerate() {
            let copied = if fact.is_copied { fact.value } else { "" };
            let value = self.fill(fact.value);
            let link = fact.link(&value).unwrap_or_default();
            self.put(Place::FactLink, index, link);
            self.put(Place::FactValue, index, value);
            self.row(Place::FactLabel, index, fact.label, index, copied);
        }
        for (index, step) in screen.steps.iter().enumerate() {
            self.put(Place::StepValue, index, self.fill(step.shown));
            self.row(
                Place::StepLabel,
                index,
                step.word,
                FACTS + index,
                step.copied,
            );
        }
        if let [heading, hints @ ..] = screen.hints {
            self.word(Place::HintsHeading, 0, *heading);
            for (index, hint) in hints.iter().enumerate() {
                self.word(Place::Hint, index, *hint);
            }
        }
        for (index, action) in screen.actions.iter().enumerate() {
            self.button(Place::ActionLabel, Place::ActionClosed, index, *action);
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

    fn timer(&mut self) {
        let Some(view) = &self.model.view else { return };
        let ends_at_ms = view.prompt_ends_at_ms.unwrap_or_default();
        let from_ms = view.sent_at_ms.unwrap_or(view.now_ms);
        let left_secs = secs_until(ends_at_ms, self.now_ms);
        let language = self.model.language;
        let text = match left_secs {
            0 => self.say(Word::TimeOver),
            secs => fill(self.model.own(Word::TimeLeft.say(language)), |_| {
                duration(secs, language)
            }),
        };
        let whole_secs = secs_until(ends_at_ms, from_ms);
        self.put(Place::Timer, 0, text);
        self.put(Place::WholeSecs, 0, digits(u64::from(whole_secs)));
        self.put(Place::LeftSecs, 0, digits(u64::from(left_secs)));
    }

    fn form(&mut self, form: Form) {
        let (index, model) = (form as usize, self.model);
        let (label, help) = match form {
            Form::Phone => (Word::PhoneNumber, Word::PhoneHelp),
            Form::Receipt => (Word::Receipt, Word::ReceiptHelp),
        };
        self.word(Place::FieldLabel, index, label);
        self.word(Place::FieldHelp, index, help);
        let trouble = model.trouble.as_ref();
        let trouble = trouble.and_then(|trouble| field_trouble(trouble, form, model.language));
        let is_invalid = match trouble {
            Some(text) => {
                self.put(Place::FieldTrouble, index, self.fill(&text));
                "true"
            }
            None => "false",
        };
        self.put(Place::IsInvalid, index, is_invalid.to_owned());
        match form {
            Form::Phone => {
                if model.has_other_prefix() {
                    self.word(Place::FieldHint, index, Word::OtherPrefix);
                }
                self.put(Place::FieldValue, index, model.typed.clone());
                self.word(Place::Remember, 0, Word::Remember);
                if model.is_remembered {
                    self.put(Place::IsRemembered, 0, "true".to_owned());
                }
            }
            Form::Receipt => self.put(Place::FieldValue, index, model.receipt.clone()),
        }
        if model.view.is_none() {
            // What it costs is not known yet.
            self.word(Place::SubmitLabel, index, Word::Opening);
            self.put(Place::SubmitClosed, index, "true".to_owned());
            return;
        }
        self.button(
            Place::SubmitLabel,
            Place::SubmitClosed,
            index,
            form.submit(),
        );
    }

    fn button(&mut self, label: Place, closed: Place, index: usize, action: Action) {
        match action.waiting.filter(|_| self.model.must_wait(self.now_ms)) {
            Some(waiting) => {
                self.word(label, index, waiting);
                self.put(closed, index, "true".to_owned());
            }
            None => self.word(label, index, action.word),
        }
    }

    fn word(&mut self, place: Place, index: usize, word: Word) {
        let text = self.say(word);
        self.put(place, index, text);
    }

    fn put(&mut self, place: Place, index: usize, text: String) {
        self.all[place.at(index)] = text;
    }

    fn say(&self, word: Word) -> String {
        self.fill(word.say(self.model.language))
    }

    fn fill(&self, template: &str) -> String {
        filled(self.model, template, self.now_ms)
    }
}
