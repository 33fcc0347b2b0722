// One element's checkout: the dialog, what is in it until the program has come, the line beside the button, and what the page
// is told. Whatever fails, within seconds there is a way to pay.

import css from "malipo-styles";
import { type Options, addressOf, quoteAddress } from "../options";
import { type Asked, ask, hasRandom } from "./ask";
import { link, make, put, title } from "./dom";
import { type FirstForm, type Press, draw, textsOf } from "./first_form";
import type { Detail, Frame, Host, Lang } from "./host";
import { type Handle, load } from "./program";
import { forget, kept, keptKey, slotOf } from "./slot";
import { thanksPage } from "./thanks";
import { WORDS } from "./words";

/** After so long without a form or an outcome there is another way to pay. */
const LATE_MS = 3_500;
/** More than a frame. */
const PAINT_MS = 30;
/** A price counts as lost. */
const DEADLINE_MS = 30_000;
/** A price that was fetched ahead is shown for so long. */
const PRICE_MS = 60_000;
/** A paid payment is news for so long; after that the next press is another purchase. */
const FRESH_MS = 3_600_000;
/** The receipt is shown for so long before the page leads on. */
const THANKS_MS = 5_000;

/** What is wrong around the checkout, and not with what is to be paid. */
const OUTSIDE = /^(NO_CONNECTION|ORIGIN_NOT_ALLOWED|INTERNAL_ERROR|TIMEOUT_ERROR)$/;

/** Screens of the program beside which there may be another way. */
const FAILED = /^(open_failed|shop_set_up)$/;

/** Screens that say nothing of a payment. */
const NO_NEWS = /^(opening|open_failed|phone|closed|shop_set_up)?$/;

export class Checkout implements Frame {
  /** The dialog; inline, what stands in its place. */
  private box_?: HTMLElement;
  private readonly root_ = make("div", "root");
  private readonly out_ = make("div", "out");
  private readonly line_ = make("p", "line");
  private handle_?: Handle;
  private form_?: FirstForm;
  /** The headline of the program's screen. */
  private headline_ = "";
  private pressed_?: Press;
  private price_?: { at: number; asked: Asked<[boolean, string]> };
  private isComingBack_ = false;
  private late_ = 0;
  private lang_: Lang = "en";
  private thanks_ = 0;
  /** Whether the page knows by now that this press does not lead to a checkout. */
  private isTold_ = false;

  constructor(private readonly host_: Host) {
    host_.dress(css);
    this.line_.hidden = true;
    this.line_.setAttribute("role", "status");
    this.line_.onclick = () => host_.button.click();
    put(host_.shadow, this.line_);
    addEventListener("storage", this.hears_);
    addEventListener("pageshow", this.hears_);
  }

  /** Another tab has done something, or the page is shown again: is there a payment by now? */
  private readonly hears_ = () => {
    if (this.handle_ || this.isOpen_() || !keptKey(this.slot_())) return;
    this.price_ = undefined; // it is from before
    this.comeBack_().catch(() => {});
  };

  warm() {
    if (this.handle_ || this.price_) return;
    if (keptKey(this.slot_()) || this.host_.options().order != null) this.comeBack_().catch(() => {});
    else this.ask_();
    const { saveData, effectiveType = "4g" } = (navigator as any).connection || {};
    if (!saveData && effectiveType == "4g") load().catch(() => {});
  }

  open() {
    if (this.isOpen_()) return;
    const box = this.frame_();
    if (isDialog(box)) box.showModal();
    else box.hidden = !(this.host_.button.hidden = true);
    this.mark_();
    if (this.handle_) this.handle_.focus(false);
    else this.fill_();
  }

  /** What was on top of the page is not any more. */
  back() {
    const box = this.box_;
    if (!box || !isDialog(box) || !box.open) return;
    box.removeAttribute("open");
    box.showModal();
  }

  drop() {
    removeEventListener("storage", this.hears_);
    removeEventListener("pageshow", this.hears_);
    this.let_go_();
    this.line_.remove();
  }

  private isOpen_() {
    const box = this.box_;
    return this.host_.isConnected && box && (isDialog(box) ? box.open : !box.hidden);
  }

  private slot_() {
    return slotOf(this.host_.options());
  }

  /** The box, before there is anything in it. */
  private frame_() {
    if (this.box_) return this.box_;
    // Where there are no dialogs, it stands in the page as if it were inline.
    const box = (this.box_ = make(this.host_.hasAttribute("inline") || !window.HTMLDialogElement ? "section" : "dialog"));
    if (isDialog(box)) {
      const close = make("button", "x", "×");
      close.onclick = () => this.close_();
      box.onclose = () => this.closed_();
      put(box, close);
    } else box.hidden = true;
    this.out_.hidden = true;
    // It speaks two languages itself, and what is typed into it is nobody's shortcut.
    box.translate = false;
    for (const name of ["keydown", "keypress", "keyup"]) box.addEventListener(name, (event) => event.stopPropagation());
    put(box, this.root_, this.out_);
    box.setAttribute("aria-labelledby", "malipo-title");
    put(this.host_.shadow, box);
    this.speak_(this.language_());
    return box;
  }

  private close_() {
    if (isDialog(this.box_!)) this.box_.close();
    else this.closed_();
  }

  /** Asks for the price, or for the payment that is known by a key of before. */
  private ask_(key = keptKey(this.slot_())): Asked<[boolean, string]> {
    const known = this.price_;
    if (known && Date.now() - known.at < PRICE_MS) return known.asked;
    const url = quoteAddress(this.host_.options(), this.language_(), key);
    const ahead = this.host_.asked || "";
    this.host_.asked = "taken";
    const asked = ask(url, undefined, DEADLINE_MS, ahead.startsWith(url + "&_=") ? ahead : undefined);
    this.price_ = { at: Date.now(), asked };
    asked.then((answer) => {
      if (!answer) this.price_ = undefined;
    });
    return asked;
  }

  private ask_again_(key?: string) {
    this.price_ = undefined;
    return this.ask_(key);
  }

  private language_(): Lang {
    const chosen = kept("malipo:lang");
    return chosen == "sw" || chosen == "en" ? chosen : (this.host_.options().lang as Lang);
  }

  /** A payment of before, unfinished or freshly paid, is followed without being opened. */
  private async comeBack_() {
    const answer = await this.ask_();
    if (!answer || !answer[0] || this.handle_ || this.isOpen_()) return;
    const { payment } = JSON.parse(answer[1]);
    if (!payment.version || payment.state == "closed") return;
    if (payment.state == "paid" && payment.now_ms - payment.sent_at_ms > FRESH_MS) {
      forget(this.slot_());
      this.price_ = undefined;
      return;
    }
    const mount = await load().catch(() => undefined);
    if (!mount || this.handle_ || this.isOpen_()) return;
    this.isComingBack_ = true;
    this.frame_();
    this.mount_(mount, answer);
  }

  private async fill_() {
    this.isTold_ = false;
    this.opening_();
    this.wait_();
    try {
      if (!hasRandom()) throw Error("this browser has no random numbers");
      // Where there is no WASM, or a policy forbids it, the smallest module throws.
      new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
      const price = this.ask_();
      price.then((answer) => this.draw_(answer));
      const mount = await load();
      const answer = await price;
      // What can be seen by now is painted before the program takes its time.
      await new Promise((painted) => setTimeout(painted, PAINT_MS));
      if (!this.handle_ && this.isOpen_()) this.mount_(mount, answer);
    } catch (why) {
      this.fail_(why);
    }
  }

  /** The number can be typed before anything has come. */
  private opening_() {
    const words = WORDS[this.lang_];
    const label = make("label", "", words.phone);
    const field = make("input");
    field.type = field.autocomplete = "tel";
    this.show_(words.opening, put(label, field), make("div", "bone"));
    this.form_ = { field, box: make("input"), wait() {} };
  }

  private show_(text: string, ...rest: Element[]) {
    const heading = title(text);
    this.root_.textContent = "";
    Object.assign(this.root_.dataset, { screen: "opening", mood: "plain" });
    put(this.root_, heading, ...rest);
    // What stands in the page from the start leaves the focus where it is.
    if (!this.host_.hasAttribute("inline")) heading.focus();
  }

  /** The form, from the price alone. A shop's own sentences are filled in by the program. */
  private draw_(answer: [boolean, string] | undefined) {
    const texts = answer && answer[0] && !this.host_.options().words ? textsOf(answer[1]) : undefined;
    if (!texts || this.handle_ || !this.isOpen_()) return;
    const { field } = this.form_!;
    const isTyping = this.host_.shadow.activeElement == field;
    this.form_ = draw(this.root_, texts, field.value || kept("malipo:phone") || "", (what) => this.press_(what));
    if (isTyping || isDesk()) this.form_.field.focus();
    else if (!this.host_.hasAttribute("inline")) (this.root_.querySelector("h2") as HTMLElement).focus();
  }

  /** Kept for the program, which is on its way. */
  private press_(what: Press) {
    this.pressed_ = what;
    this.form_!.wait(WORDS[this.lang_].opening);
    this.wait_();
  }

  private mount_(mount: typeof import("malipo-program").mount, answer: [boolean, string] | undefined) {
    const form = this.form_;
    const isTyping = !!form && this.host_.shadow.activeElement == form.field;
    const typed = form && (isTyping || form.field.value) ? { typed: form.field.value } : {};
    const options = {
      ...this.host_.options(), ...typed, lang: this.lang_, slot: this.slot_(), answer, ask, pressed: this.pressed_,
      remember: form && form.box.checked, price: (key?: string) => this.ask_again_(key),
    };
    this.price_ = this.form_ = this.pressed_ = undefined;
    this.handle_ = mount(this.root_, options, (name, detail) => this.hear_(name, detail));
    this.mark_();
    if (this.isOpen_() && (isTyping || !this.host_.hasAttribute("inline"))) this.handle_.focus(isTyping || isDesk());
  }

  /** After a while of waiting there is another way. What comes later is still taken. */
  private wait_() {
    clearTimeout(this.late_);
    this.late_ = setTimeout(() => {
      if (!this.isOpen_()) return;
      this.offer_(WORDS[this.lang_].slow);
      this.complain_("TIMED_OUT", "the checkout has not come after " + LATE_MS + " ms; it offers the simple page. Look for requests that wait.");
    }, LATE_MS);
  }

  /** The plain page, below whatever is shown. */
  private offer_(why: string) {
    this.out_.textContent = "";
    put(this.out_, make("p", "", why), link(WORDS[this.lang_].plain, this.plainPage_()));
    this.out_.hidden = false;
  }

  /** Something else is shown; with it, or in its place, the other way. */
  private arrive_(isWell: boolean) {
    clearTimeout(this.late_);
    if (isWell) this.out_.hidden = true;
  }

  private fail_(why: unknown) {
    if (!this.isOpen_() || this.handle_) return;
    this.complain_("LOAD_FAILED", "the checkout did not open; it offers the simple page.", why);
    this.arrive_(true);
    const words = WORDS[this.lang_];
    const again = make("button", "", words.again);
    again.onclick = () => this.fill_();
    this.show_(words.failed, make("p", "", words.why), put(make("div", "actions"), link(words.plain, this.plainPage_()), again));
    Object.assign(this.root_.dataset, { screen: "open_failed", mood: "bad" });
    this.root_.insertBefore(make("div", "mark"), this.root_.firstChild);
  }

  /** To the page's developer and the page, once for each press. */
  private complain_(reason: string, ...what: unknown[]) {
    (console.error || console.log).call(console, "Malipo:", ...what);
    if (!this.isTold_) this.host_.tell("error", { reason });
    this.isTold_ = true;
  }

  private plainPage_() {
    const { base, inline, words, theme, label, ...rest } = this.host_.options() as Options & Record<string, string>;
    const thanks = thanksPage(rest.thanks, undefined);
    return addressOf(base + "/pay/", { ...rest, lang: this.lang_, ...(thanks && { thanks }) });
  }

  private hear_(name: string, detail: Detail | string) {
    if (name == "close") this.close_();
    else if (name == "lang") this.speak_(detail as Lang);
    else if (name == "screen") {
      this.headline_ = detail as string;
      this.mark_();
    }
    else if (name == "error") this.fail_to_open_(detail as Detail);
    else {
      const told = detail as Detail;
      this.host_.tell(name, told);
      // A signed order is paid for ever: who comes back to its page stays there.
      if (name == "paid" && !(this.isComingBack_ && this.host_.options().order != null))
        this.thanks_ = setTimeout(() => this.lead_on_(told), THANKS_MS);
    }
  }

  /** What the program could not do. Before anything was asked of M-PESA the plain page may do it: nothing is in its way. */
  private fail_to_open_(detail: Detail) {
    const { reason = "" } = detail;
    if (!FAILED.test(this.root_.dataset.screen || "") || !OUTSIDE.test(reason)) return this.host_.tell("error", detail);
    this.complain_(reason, reason + ": no good answer from " + this.host_.options().base + "; the customer is offered the simple page.");
    this.offer_(WORDS[this.lang_].why);
  }

  /** Leads on to the shop's page after paying, once. */
  private lead_on_(detail: Detail): boolean {
    const page = thanksPage(this.host_.options().thanks, detail.payment_id);
    if (!page || detail.state != "paid") return false;
    if (this.handle_) this.handle_.closed();
    location.assign(page);
    return true;
  }

  /** Beside the button stands what became of a payment whose dialog is closed. */
  private mark_() {
    const { screen } = this.root_.dataset;
    if (this.handle_ && screen != "opening") this.arrive_(!FAILED.test(screen || ""));
    this.line_.textContent = this.headline_;
    this.line_.lang = this.lang_;
    this.line_.hidden = !this.handle_ || !!this.isOpen_() || this.host_.isBare || NO_NEWS.test(screen || "");
  }

  private speak_(lang: Lang) {
    this.lang_ = lang;
    this.box_!.lang = lang;
    if (isDialog(this.box_!)) this.box_.firstElementChild!.setAttribute("aria-label", WORDS[lang].close);
  }

  /** A payment under way goes on, and its next opening shows it; one that is over is let go. */
  private closed_() {
    const detail: Detail = this.handle_ ? this.handle_.detail() : {};
    clearTimeout(this.late_);
    if (!this.handle_ || this.handle_.closed()) this.let_go_();
    else this.box_!.hidden = !isDialog(this.box_!);
    this.mark_();
    this.host_.button.hidden = false;
    this.host_.button.focus();
    this.host_.tell("closed", detail);
    this.lead_on_(detail);
  }

  private let_go_() {
    const { handle_: handle, box_: box } = this;
    clearTimeout(this.late_);
    clearTimeout(this.thanks_);
    this.handle_ = this.box_ = this.form_ = this.pressed_ = this.price_ = undefined;
    this.isComingBack_ = false;
    if (handle) handle.unmount();
    if (box) box.remove();
    this.mark_();
  }
}

function isDialog(box: HTMLElement): box is HTMLDialogElement {
  return box.localName == "dialog";
}

/** Where a mouse and keys are, the number is typed at once; a phone's keyboard would cover the price. */
function isDesk() {
  return matchMedia("(hover:hover) and (pointer:fine)").matches;
}
