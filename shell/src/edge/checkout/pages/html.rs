//! The HTML of the plain pages, drawn from the screens that the widget draws too.

use super::fields::encoded;
use super::visit::{Visit, code};
use malipo_shared::screens::amount::{AmountPage, UselessLink};
use malipo_shared::screens::contact;
use malipo_shared::screens::model::{Model, Pane};
use malipo_shared::screens::spoken::{duration, fill, secs_until};
use malipo_shared::screens::words::Word;
use malipo_shared::screens::{Action, Does, Form, Mood, Screen, field_trouble, filled, screen};
use malipo_shared::sentences::Language;
use maud::{DOCTYPE, Markup, html};

/// What belongs to a page beside its screen.
#[derive(Default)]
pub(super) struct Around {
    /// The key of what its forms ask for.
    pub(super) key: String,
    /// When it reloads, in seconds.
    pub(super) again_secs: Option<u64>,
    /// Whether the payment is not opened yet.
    pub(super) is_entry: bool,
    /// The shop's page to which a paid one leads on.
    pub(super) thanks: Option<String>,
}

struct Page<'a> {
    visit: &'a Visit<'a>,
    model: &'a Model,
    around: &'a Around,
    now_ms: u64,
}

pub(super) fn page(visit: &Visit<'_>, model: &Model, around: &Around, now_ms: u64) -> String {
    let page = Page {
        visit,
        model,
        around,
        now_ms,
    };
    page.whole(&screen(model, now_ms)).into_string()
}

impl Page<'_> {
    fn whole(&self, screen: &Screen) -> Markup {
        let is_test = self.model.view.as_ref().is_some_and(|view| !view.livemode);
        let inside = html! {
            @if is_test { p .test { (self.say(Word::TestMode)) } }
            div .mark {}
            h1 { (screen.heading) }
            @if !screen.message.is_empty() { p { (screen.message) } }
            @if screen.has_timer { (self.timer()) }
            (self.facts(screen))
            @if let Some(form) = screen.form { (self.form(form)) }
            (self.steps(screen))
            @if let [heading, hints @ ..] = screen.hints {
                h2 { (self.say(*heading)) }
                ul { @for hint in hints { li { (self.say(*hint)) } } }
            }
            @if let Some(note) = screen.note { p role="status" { (self.say(note)) } }
            div .actions {
                @if let Some(thanks) = &self.around.thanks {
                    a .pay href=(thanks) { (self.say(Word::GoOn)) }
                }
                @for action in screen.actions { (self.action(*action)) }
            }
        };
        let (name, mood) = (screen.name.as_str(), screen.name.mood());
        around(self.visit, &screen.heading, name, mood, &inside)
    }

    fn timer(&self) -> Markup {
        let view = self.model.view.as_ref();
        let ends_at_ms = view
            .and_then(|view| view.prompt_ends_at_ms)
            .unwrap_or_default();
        let language = self.model.language;
        let text = match secs_until(ends_at_ms, self.now_ms) {
            0 => self.say(Word::TimeOver),
            secs => fill(Word::TimeLeft.say(language), |_| duration(secs, language)),
        };
        html! { p role="timer" { (text) } }
    }

    fn facts(&self, screen: &Screen) -> Markup {
        html! {
            @if !screen.facts.is_empty() {
                dl { @for fact in screen.facts {
                    @let value = self.fill(fact.value);
                    (row(&self.say(fact.label), &value, fact.link(&value)))
                } }
            }
        }
    }

    fn steps(&self, screen: &Screen) -> Markup {
        html! {
            @if !screen.steps.is_empty() {
                ol { @for step in screen.steps {
                    li {
                        span { (self.say(step.word)) }
                        @if !step.shown.is_empty() {
                            span .typed { strong { (self.fill(step.shown)) } }
                        }
                    }
                } }
            }
        }
    }

    fn form(&self, form: Form) -> Markup {
        let trouble = self.model.trouble.as_ref();
        let trouble = trouble.and_then(|trouble| field_trouble(trouble, form, self.model.language));
        let (label, help, value, does) = match form {
            Form::Phone => (
                Word::PhoneNumber,
                Word::PhoneHelp,
                &self.model.typed,
                "push",
            ),
            Form::Receipt => (
                Word::Receipt,
                Word::ReceiptHelp,
                &self.model.receipt,
                "receipt",
            ),
        };
        let name = form.as_str();
        html! {
            form method="post" novalidate {
                label for=(name) { (self.say(label)) }
                @match form {
                    Form::Phone => input id=(name) name=(name) type="tel" autocomplete="tel" maxlength="24"
                        placeholder="0712 345 678" value=(value)
                        aria-invalid=[trouble.as_ref().map(|_| "true")] aria-describedby="trouble help";,
                    Form::Receipt => input id=(name) name=(name) type="text" autocomplete="off"
                        autocapitalize="characters" spellcheck="false" value=(value)
                        aria-invalid=[trouble.as_ref().map(|_| "true")] aria-describedby="trouble help";,
                }
                p #trouble .error role="alert" { @if let Some(text) = &trouble { (self.fill(text)) } }
                p #help .help { (self.say(help)) }
                @if form == Form::Phone && self.model.has_other_prefix() {
                    p .help { (self.say(Word::OtherPrefix)) }
                }
                (self.kept(does))
                (self.submit(form.submit(), "primary"))
            }
        }
    }

    /// A button of its own form: plain pages do nothing else.
    fn action(&self, action: Action) -> Markup {
        let (method, address, does) = match action.does {
            Does::AskPush | Does::AskPushAgain if self.has_number() => ("post", None, "again"),
            Does::AskPush | Does::AskPushAgain => ("get", self.pane("number"), ""),
            Does::AskPushNotCharged => ("post", None, "not_charged"),
            Does::TypeReceipt => ("post", None, "receipt"),
            Does::Show(_) if self.around.is_entry => ("post", None, "by_hand"),
            Does::Show(pane) => ("get", self.pane(word(pane)), ""),
            Does::OpenAgain | Does::StartAfresh => match self.start() {
                Some(address) => ("get", Some((address, "")), ""),
                None => return html! {},
            },
            // There is no dialog: the shop's page is behind the browser's own button.
            Does::Close => return html! {},
        };
        html! {
            form method=(method) action=[address.as_ref().map(|(path, _)| path)] {
                @if let Some((_, pane)) = &address {
                    (self.remembered(pane))
                } @else {
                    (self.kept(does))
                }
                (self.submit(action, ""))
            }
        }
    }

    fn submit(&self, action: Action, class: &str) -> Markup {
        let must_wait = self.model.must_wait(self.now_ms);
        let waiting = action.waiting.filter(|_| must_wait);
        html! {
            button class=(class) disabled[waiting.is_some()] { (self.say(waiting.unwrap_or(action.word))) }
        }
    }

    /// What a form asks for, and the key by which it is asked once.
    fn kept(&self, does: &str) -> Markup {
        html! {
            input type="hidden" name="do" value=(does);
            input type="hidden" name="key" value=(self.around.key);
        }
    }

    /// What an address remembers, as fields: a form that gets drops what stands behind the question mark.
    fn remembered(&self, pane: &str) -> Markup {
        html! {
            input type="hidden" name="lang" value=(code(self.model.language));
            @if !pane.is_empty() { input type="hidden" name="pane" value=(pane); }
            (hidden(self.visit, &["item", "order", "amount", "note", "thanks"]))
        }
    }

    fn pane(&self, pane: &'static str) -> Option<(String, &'static str)> {
        Some((self.visit.path.to_owned(), pane))
    }

    /// Where another payment of the same begins, if it is known.
    fn start(&self) -> Option<String> {
        if self.model.view.is_none() || self.around.is_entry {
            return Some(self.visit.path.to_owned());
        }
        let item = self.visit.item.as_deref()?;
        let prefix = &self.visit.config.prefix;
        Some(format!("{prefix}/pay/{}", encoded(item)))
    }

    fn has_number(&self) -> bool {
        let view = self.model.view.as_ref();
        view.is_some_and(|view| view.phone_masked.is_some())
    }

    fn say(&self, word: Word) -> String {
        self.fill(word.say(self.model.language))
    }

    fn fill(&self, template: &str) -> String {
        filled(self.model, template, self.now_ms)
    }
}

/// The page that asks for an open amount, with what was typed.
pub(super) fn amount(visit: &Visit<'_>, page: &AmountPage, typed: &str) -> String {
    let inside = html! {
        @if !visit.config.is_live() { p .test { (Word::TestMode.say(visit.language)) } }
        h1 { (page.heading) }
        form method="get" novalidate {
            label for="amount" { (page.label) }
            input #amount name="amount" type="text" inputmode="numeric" autocomplete="off" value=(typed)
                aria-invalid=[page.trouble.as_ref().map(|_| "true")] aria-describedby="trouble help";
            p #trouble .error role="alert" { @if let Some(text) = &page.trouble { (text) } }
            p #help .help { (page.help) }
            (hidden(visit, &["lang", "note", "thanks"]))
            button .primary { (page.submit) }
        }
    };
    around(visit, &page.heading, "amount", Mood::Plain, &inside).into_string()
}

/// The page of a link that names nothing to pay.
pub(super) fn useless_link(visit: &Visit<'_>, heading: &str, rest: &UselessLink) -> String {
    let link = contact::link(&rest.contact);
    let inside = html! {
        div .mark {} h1 { (heading) } p { (rest.message) }
        dl { (row(rest.label, &rest.contact, link)) }
    };
    around(visit, heading, "useless_link", Mood::Bad, &inside).into_string()
}

/// A page that is no shop's.
pub(super) fn unavailable(language: Language, heading: &str, message: &str) -> String {
    let main = html! {
        main .root data-screen="open_failed" data-mood=(Mood::Bad.as_str()) {
            div .mark {} h1 { (heading) } p { (message) }
        }
    };
    document(language, heading, &main).into_string()
}

/// What every page of a shop's has around its screen.
fn around(visit: &Visit<'_>, title: &str, name: &str, mood: Mood, inside: &Markup) -> Markup {
    let main = html! {
        main .root data-screen=(name) data-mood=(mood.as_str()) {
            (inside)
            (other_language(visit))
        }
    };
    let title = [title, " · ", &visit.config.shop_name].concat();
    document(visit.language, &title, &main)
}

fn document(language: Language, title: &str, main: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(code(language)) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="stylesheet" href="/pay.css";
            }
            body { (main) }
        }
    }
}

fn other_language(visit: &Visit<'_>) -> Markup {
    let (name, other) = match visit.language {
        Language::En => ("Kiswahili", "sw"),
        Language::Sw => ("English", "en"),
    };
    html! {
        form method="get" {
            input type="hidden" name="lang" value=(other);
            (hidden(visit, &["pane", "item", "order", "amount", "note", "thanks"]))
            button .link lang=(other) { (name) }
        }
    }
}

/// What an address holds, as fields: a form that gets drops what stands behind the question mark.
fn hidden(visit: &Visit<'_>, names: &[&str]) -> Markup {
    html! {
        @for name in names {
            @if let Some(text) = visit.query.text(name) { input type="hidden" name=(name) value=(text); }
        }
    }
}

/// A label and a value, which is a link where it leads somewhere.
fn row(label: &str, value: &str, link: Option<String>) -> Markup {
    html! {
        div {
            dt { (label) }
            dd {
                @match link {
                    Some(address) => a href=(address) { (value) },
                    None => (value),
                }
            }
        }
    }
}

/// The word of a pane in addresses.
fn word(pane: Pane) -> &'static str {
    match pane {
        Pane::Payment => "payment",
        Pane::Number => "number",
        Pane::ByHand => "by_hand",
        Pane::ByHandAnyway => "by_hand_anyway",
        Pane::Receipt => "receipt",
        Pane::OtherReceipt => "other_receipt",
    }
}
