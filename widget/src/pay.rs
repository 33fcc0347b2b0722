//! `Pay`: one payment on one page. It sends what the customer decides, follows the payment, and
//! tells the page.

mod ask;
mod asking;
mod following;

pub(crate) use ask::Ask;

use crate::client::Client;
use crate::order::{self, Order};
use crate::{browser, wire};
use js_sys::Function;
use malipo_shared::api::View;
use malipo_shared::format_as_typed;
use malipo_shared::screens::Name;
use malipo_shared::screens::model::{Model, Pane, Trouble, news};
use malipo_shared::sentences::Language;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// The slot of the language that the customer chose.
const LANGUAGE_SLOT: &str = "malipo:lang";

/// The slot of the number that the customer wants to be remembered.
const PHONE_SLOT: &str = "malipo:phone";

/// One payment on one page.
pub(crate) struct Pay {
    client: Client,
    order: Order,
    /// Where its key is kept, and its id once it is open.
    slot: Option<String>,
    on_event: Function,
    /// Where it is drawn.
    root: Element,
    model: RefCell<Model>,
    draw: RefCell<Option<Draw>>,
    /// The Worker's clock less the device's.
    offset_ms: Cell<f64>,
    /// Grows with everything that ends the loop under way; a loop of an older turn stops.
    turn: Cell<u32>,
    wakes: RefCell<Option<Function>>,
    /// The push request without an answer: what it asks and its key.
    asked: RefCell<Option<(Ask, String)>>,
}

/// Shows what is known, at a time of the Worker's clock.
pub(crate) type Draw = Box<dyn Fn(&Model, u64)>;

impl Pay {
    /// A payment that is not open yet.
    pub(crate) fn new(
        client: Client,
        order: Order,
        slot: Option<String>,
        language: Language,
        root: Element,
        on_event: Function,
    ) -> Pay {
        let language = match browser::kept(LANGUAGE_SLOT).as_deref() {
            Some("en") => Language::En,
            Some("sw") => Language::Sw,
            _ => language,
        };
        let mut model = Model::new(language);
        model.is_signed = order.signed.is_some();
        Pay {
            client,
            order,
            slot,
            on_event,
            root,
            model: RefCell::new(model),
            draw: RefCell::new(None),
            offset_ms: Cell::new(0.0),
            turn: Cell::new(0),
            wakes: RefCell::new(None),
            asked: RefCell::new(None),
        }
    }

    /// Takes in what the page brings: a number that was being typed, and the shop's own sentences. A number that this
    /// device was asked to remember stands there without being typed.
    pub(crate) fn begin(
        &self,
        typed: Option<String>,
        is_remembered: Option<bool>,
        own: Vec<(String, String)>,
    ) {
        let remembered = browser::kept(PHONE_SLOT);
        let mut model = self.model.borrow_mut();
        model.own = own;
        model.is_typing = typed.is_some();
        model.is_remembered = is_remembered.unwrap_or(remembered.is_some());
        let typed = typed.filter(|text| !text.is_empty()).or(remembered);
        model.typed = format_as_typed(&typed.unwrap_or_default(), usize::MAX).0;
    }

    /// Remembers the number on this device, or forgets it, as the customer wants.
    pub(crate) fn remember(&self, is_wanted: bool) {
        match is_wanted {
            true => browser::keep(PHONE_SLOT, &self.with(|model| model.typed.clone())),
            false => browser::forget(PHONE_SLOT),
        }
    }

    /// Asks what is to be paid, or finds the payment of before again.
    pub(crate) fn open(self: &Rc<Self>) {
        let turn = self.next_turn();
        self.update(|model| model.trouble = None);
        let pay = Rc::clone(self);
        spawn_local(async move {
            let answer = pay.client.quote(pay.kept_key()).await;
            if pay.turn.get() == turn {
                pay.open_with(answer);
            }
        });
    }

    /// The same, with the answer.
    pub(crate) fn open_with(self: &Rc<Self>, answer: Result<View, Trouble>) {
        match answer {
            Ok(view) => {
                self.receive(view);
                self.follow();
            }
            Err(trouble) => self.fail(trouble),
        }
    }

    /// Whether there is a payment; before there is only a price.
    pub(crate) fn is_open(&self) -> bool {
        self.with(|model| model.view.as_ref().is_some_and(|view| view.version > 0))
    }

    /// Lets the old payment go and opens a new one.
    pub(crate) fn start_afresh(self: &Rc<Self>) {
        self.forget();
        self.update(|model| {
            model.view = None;
            model.pane = Pane::Payment;
        });
        self.open();
    }

    /// Shows a pane.
    pub(crate) fn show(&self, pane: Pane) {
        self.update(|model| {
            model.pane = pane;
            model.trouble = None;
        });
    }

    /// The customer closed the dialog. Whether the payment is over, its key then dropped.
    pub(crate) fn closed(&self) -> bool {
        let state = self.with(Model::state);
        let is_over = state.is_some_and(order::is_over);
        if is_over {
            self.forget();
        }
        is_over
    }

    /// Moves the focus to the heading, so that a screen reader reads the new screen.
    pub(crate) fn focus_heading(&self) {
        self.focus("h2");
    }

    /// Moves the focus into the number's field, behind what is typed already.
    pub(crate) fn focus_number(&self) {
        let Some(field) = self.root.query_selector("#malipo-phone").ok().flatten() else {
            return;
        };
        let field: HtmlInputElement = field.unchecked_into();
        let _ = field.focus();
        let typed = self.with(|model| model.typed.clone());
        field.set_value(&typed);
        let end = typed.len() as u32;
        // Inputs of this type have a selection.
        let _ = field.set_selection_range(end, end);
    }

    /// Names the screen in the page: the styles, the tests and screen readers go by it.
    pub(crate) fn label(&self, screen: Name, language: Language) {
        let labels = [
            ("data-screen", screen.as_str()),
            ("data-mood", screen.mood().as_str()),
            ("lang", language_word(language)),
        ];
        for (name, value) in labels {
            // The names are good, so this cannot fail.
            let _ = self.root.set_attribute(name, value);
        }
    }

    /// Moves the focus to the first element of `kind`.
    pub(crate) fn focus(&self, kind: &str) {
        let Some(found) = self.root.query_selector(kind).ok().flatten() else {
            return;
        };
        let found: HtmlElement = found.unchecked_into();
        // Leaving first makes a reader speak again when the focus is there already. What cannot
        // take the focus is read all the same.
        let _ = found.blur();
        let _ = found.focus();
    }

    /// The other language, now and on the next visit.
    pub(crate) fn switch_language(&self) {
        let language = match self.with(|model| model.language) {
            Language::En => Language::Sw,
            Language::Sw => Language::En,
        };
        let word = language_word(language);
        browser::keep(LANGUAGE_SLOT, word);
        self.update(|model| model.language = language);
        self.tell("lang", &word.into());
    }

    /// Draws what is known, as it is now by the Worker's clock.
    pub(crate) fn tick(&self) {
        if let Some(draw) = &*self.draw.borrow() {
            draw(&self.model.borrow(), self.now_ms());
        }
    }

    /// Draws by `draw` from now on.
    pub(crate) fn draw_by(&self, draw: Draw) {
        self.draw.replace(Some(draw));
        self.tick();
    }

    /// The Worker's clock.
    pub(crate) fn now_ms(&self) -> u64 {
        (browser::device_now_ms() + self.offset_ms.get()) as u64
    }

    /// Looks at what is known.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&Model) -> T) -> T {
        look(&self.model.borrow())
    }

    /// Changes what is known, and draws it.
    pub(crate) fn update(&self, change: impl FnOnce(&mut Model)) {
        change(&mut self.model.borrow_mut());
        self.tick();
    }

    /// Ends everything that is under way.
    pub(crate) fn stop(&self) {
        self.next_turn();
        self.draw.replace(None);
    }

    /// What the page is told of the payment.
    pub(crate) fn detail(&self, reason: Option<&str>) -> JsValue {
        self.with(|model| {
            let view = model.view.as_ref();
            let text = |text: &str| Some(JsValue::from_str(text));
            let of_view = view
                .and_then(|view| view.reason)
                .map(|reason| reason.as_str());
            let fields = [
                (
                    "payment_id",
                    view.filter(|view| view.version > 0)
                        .and_then(|view| text(view.id.as_str())),
                ),
                ("state", view.and_then(|view| text(view.state.as_str()))),
                (
                    "receipt",
                    view.and_then(|view| text(view.receipt.as_ref()?)),
                ),
                ("reason", reason.or(of_view).and_then(text)),
            ];
            wire::object(&fields).into()
        })
    }

    /// Tells the page.
    pub(crate) fn tell(&self, name: &str, detail: &JsValue) {
        // A page that throws in its listener does not stop a payment.
        let _ = self.on_event.call2(&JsValue::NULL, &name.into(), detail);
    }

    fn receive(&self, view: View) {
        if view.version > 0 {
            self.keep_id(&view);
        }
        self.offset_ms
            .set(view.now_ms as f64 - browser::device_now_ms());
        let told = self.with(|model| news(model.view.as_ref(), &view));
        self.update(|model| model.receive(view));
        if let Some(told) = told {
            self.tell(told, &self.detail(None));
        }
    }

    fn fail(&self, trouble: Trouble) {
        let reason = match &trouble {
            Trouble::Refused(refusal) => {
                // For whoever made the page: it says what to mend.
                browser::complain(&["Malipo: ", &refusal.message].concat());
                refusal.code.clone()
            }
            Trouble::NoConnection | Trouble::Number(_) | Trouble::Receipt(_) => {
                "NO_CONNECTION".to_owned()
            }
        };
        self.update(|model| model.trouble = Some(trouble));
        self.tell("error", &self.detail(Some(&reason)));
    }

    /// The key of before, where this page or this browser knows one.
    pub(super) fn kept_key(&self) -> Option<String> {
        let kept = self.slot.as_deref().and_then(browser::kept)?;
        let key = order::kept_or(Some(kept), String::new);
        (!key.is_empty()).then_some(key)
    }

    /// The key of this order: the one that another tab has used, too. Kept before it is sent: a reload in the middle finds the
    /// same payment.
    fn order_key(&self) -> String {
        let kept = self.slot.as_deref().and_then(browser::kept);
        let is_kept = kept.is_some();
        let key = order::kept_or(kept, browser::fresh_key);
        if let Some(slot) = self.slot.as_deref().filter(|_| !is_kept) {
            browser::keep(slot, &key);
        }
        key
    }

    /// Other tabs hear that the payment is there.
    fn keep_id(&self, view: &View) {
        let Some(slot) = &self.slot else { return };
        let kept = browser::kept(slot).filter(|kept| !kept.contains(' '));
        if let Some(key) = kept {
            browser::keep(slot, &[&key, " ", view.id.as_str()].concat());
        }
    }

    /// Lets the payment go: the next opening of an unsigned order starts a new one.
    fn forget(&self) {
        if let Some(slot) = &self.slot {
            browser::forget(slot);
        }
    }

    fn next_turn(&self) -> u32 {
        let turn = self.turn.get().wrapping_add(1);
        self.turn.set(turn);
        self.client.stop();
        turn
    }
}

/// The word of a language in attributes and options.
pub(crate) const fn language_word(language: Language) -> &'static str {
    match language {
        Language::En => "en",
        Language::Sw => "sw",
    }
}
