//! `Mood`: what kind of news a screen brings, told by the mark above its heading.

/// How a screen feels; the mark above its heading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// A form or a list.
    Plain,
    /// Something is under way.
    Busy,
    /// The customer has to do something on the phone.
    Prompt,
    /// Nobody knows.
    Unsure,
    /// It did not work.
    Bad,
    /// It worked.
    Good,
}

impl Mood {
    /// The word in the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Mood::Plain => "plain",
            Mood::Busy => "busy",
            Mood::Prompt => "prompt",
            Mood::Unsure => "unsure",
            Mood::Bad => "bad",
            Mood::Good => "good",
        }
    }
}
