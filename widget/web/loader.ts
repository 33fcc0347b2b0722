// The loader: what a merchant's page embeds. It draws the button, opens the dialog, fetches the
// checkout on the first sign of intent, and tells the page what happens. It holds no payment logic.

import { CSS } from "./loader_css";
import { type Options, NAMES, WHAT, check, fromAttributes } from "./options";

declare const __MALIPO_ASSETS__: string;

type Detail = { payment_id?: string; state?: string; receipt?: string; reason?: string };
type Handle = { closed(): boolean; detail(): Detail; focus(isTyping: boolean): void; unmount(): void };
type Checkout = {
  default(wasm: { module_or_path: unknown }): Promise<unknown>;
  mount(root: Element, options: object, onEvent: (name: string, detail: Detail) => void): Handle;
};
type Lang = "en" | "sw";

const WORDS = {
  en: { pay: "Pay with M-PESA", close: "Close", opening: "Opening the checkout…", phone: "M-PESA phone number", again: "Try again",
    plain: "Use the simple page", failed: "The checkout could not be loaded." },
  sw: { pay: "Lipa na M-PESA", close: "Funga", opening: "Inafungua malipo…", phone: "Nambari ya simu ya M-PESA", again: "Jaribu tena",
    plain: "Tumia ukurasa rahisi", failed: "Ukurasa wa malipo haukuweza kupakiwa." },
};

const TAG = "malipo-checkout";
const script = (document.currentScript || document.querySelector('script[src*="malipo.js"]')) as HTMLScriptElement;
// Also where one merchant's loader lies, `…/m/{link}/malipo.js`, and a pinned one, `…/a/{hash}/malipo.js`.
const base = script.src.split(/\/a\/|\/malipo.js/)[0]!;
const assets = base + __MALIPO_ASSETS__ + "/";

let loading: Promise<[Checkout, string]> | undefined;
let tries = 0;

/** The checkout and its styles, loaded once for all buttons. A failure is forgotten, so that a retry works. */
function load() {
  // Browsers remember a module that failed, by its address.
  const again = tries ? "?" + tries : "";
  return (loading ||= Promise.all([
    import(assets + "checkout.js" + again) as Promise<Checkout>,
    get("checkout.css").then((answer) => answer.text()),
    get("checkout_bg.wasm"),
  ])
    .then(async ([checkout, css, wasm]) => {
      await checkout.default({ module_or_path: wasm });
      return [checkout, css] as [Checkout, string];
    })
    .catch((error) => {
      loading = undefined;
      tries++;
      throw error;
    }));
}

async function get(name: string) {
  const answer = await fetch(assets + name, { credentials: "omit" });
  if (!answer.ok) throw Error(answer.url);
  return answer;
}

/** A strict page allows a sheet and no element; an old browser has elements alone. */
function dress(shadow: ShadowRoot, css: string) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    shadow.adoptedStyleSheets = [...shadow.adoptedStyleSheets, sheet];
  } catch {
    shadow.append(make("style", "", css));
  }
}

function isDialog(box: HTMLElement): box is HTMLDialogElement {
  return box.localName == "dialog";
}

/** Fetches the checkout when a button comes near the viewport, where bytes may be fetched unasked. */
const near = new IntersectionObserver(([seen]) => {
  const { isIntersecting, boundingClientRect, target } = seen!;
  const { saveData, effectiveType = "4g" } = (navigator as any).connection || {};
  if (!boundingClientRect.width) console.warn("Malipo: not shown", target);
  if (isIntersecting && !saveData && effectiveType == "4g") hint();
}, { rootMargin: "200px" });

function hint() {
  near.disconnect();
  load().catch(() => {});
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, className = "", text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function define() {
  class MalipoCheckout extends HTMLElement {
    static observedAttributes = NAMES;
    /** Names that end in _ are shortened by the build. Made by `Malipo.open()`: a dialog without a button. */
    isBare_ = false;
    onClosed_?: (detail: Detail) => void;
    private shadow_ = this.attachShadow({ mode: "open" });
    private button_ = make("button", "pay");
    /** The dialog; inline, what stands in its place. */
    private box_?: HTMLElement;
    private root_ = make("div", "root");
    private handle_?: Handle;
    private lang_: Lang = "en";
    private css_?: string;

    connectedCallback() {
      // Nothing in there is ever shown.
      if (this.closest("head")) return toBody(this);
      this.draw_();
      if (this.shadow_.firstChild) return;
      dress(this.shadow_, CSS);
      if (this.isBare_) return;
      const button = this.button_;
      button.onclick = () => this.open();
      button.onpointerenter = button.onfocus = hint;
      this.shadow_.append(button);
      near.observe(this);
      if (this.hasAttribute("inline") && !button.disabled) this.open();
    }

    disconnectedCallback() {
      near.unobserve(this);
      // A framework that moves the element takes it off for a moment only.
      queueMicrotask(() => {
        if (!this.isConnected) this.drop_();
      });
    }

    attributeChangedCallback() {
      if (this.isConnected) this.draw_();
    }

    draw_() {
      this.lang_ = language(this);
      const wrong = check(fromAttributes(this));
      this.button_.textContent = wrong || this.getAttribute("label") || WORDS[this.lang_].pay;
      this.button_.disabled = !!wrong;
      this.button_.lang = this.lang_;
    }

    open() {
      if (this.isOpen_()) return;
      const box = (this.box_ = this.box_ || this.frame_());
      if (isDialog(box)) box.showModal();
      else box.hidden = !(this.button_.hidden = true);
      if (this.handle_) this.handle_.focus(false);
      else this.fill_(box);
    }

    private isOpen_() {
      const box = this.box_;
      return this.isConnected && box && (isDialog(box) ? box.open : !box.hidden);
    }

    /** The box before there is a checkout in it. */
    private frame_() {
      // Where there are no dialogs, it stands in the page as if it were inline.
      const box = make(this.hasAttribute("inline") || !window.HTMLDialogElement ? "section" : "dialog");
      if (isDialog(box)) {
        const close = make("button", "x", "×");
        close.onclick = () => this.close_();
        box.onclose = () => this.closed_();
        box.append(close);
      }
      box.append(this.root_);
      box.setAttribute("aria-labelledby", "malipo-title");
      this.shadow_.append(box);
      return box;
    }

    private close_() {
      if (isDialog(this.box_!)) this.box_.close();
      else this.closed_();
    }

    private async fill_(box: HTMLElement) {
      const words = WORDS[this.lang_];
      const root = this.root_;
      const show = (title: string, ...rest: HTMLElement[]) => {
        const heading = make("h2", "", title);
        heading.id = "malipo-title";
        heading.tabIndex = -1;
        root.textContent = "";
        root.append(heading, ...rest);
        // What stands in the page from the start leaves the focus where it is.
        if (!this.hasAttribute("inline")) heading.focus();
      };
      this.speak_(this.lang_);
      // The number can be typed before the rest has come.
      const label = make("label", "", words.phone);
      const field = make("input");
      label.append(field);
      field.type = field.autocomplete = "tel";
      show(words.opening, label, make("div", "bone"));
      try {
        const [checkout, css] = await load();
        if (this.handle_ || !this.isOpen_()) return;
        // What was let go has left its styles.
        if (!this.css_) dress(this.shadow_, (this.css_ = css));
        const isTyping = this.shadow_.activeElement == field;
        const typed = isTyping || field.value ? { typed: field.value } : {};
        const options = { ...fromAttributes(this), base, lang: this.lang_, ...typed };
        this.handle_ = checkout.mount(root, options, (name, detail) => this.hear_(name, detail));
        if (isTyping || !this.hasAttribute("inline")) this.handle_.focus(isTyping);
      } catch (error) {
        console.error("Malipo:", error);
        this.tell_("error", { reason: "LOAD_FAILED" });
        const again = make("button", "pay", words.again);
        again.onclick = () => this.fill_(box);
        const plain = make("a", "pay", words.plain);
        plain.href = base + "/pay/?" + new URLSearchParams({ ...fromAttributes(this), lang: this.lang_ } as Record<string, string>);
        show(words.failed, again, plain);
      }
    }

    private hear_(name: string, detail: Detail) {
      if (name == "close") this.close_();
      else if (name == "lang") this.speak_(detail as unknown as Lang);
      else this.tell_(name, detail);
    }

    private speak_(lang: Lang) {
      this.box_!.lang = lang;
      if (isDialog(this.box_!)) this.box_.firstElementChild!.setAttribute("aria-label", WORDS[lang].close);
    }

    /** A payment under way goes on, and its next opening shows it; one that is over is let go. */
    private closed_() {
      const detail = this.handle_?.detail() || {};
      if (!this.handle_ || this.handle_.closed()) this.drop_();
      else this.box_!.hidden = !isDialog(this.box_!);
      this.button_.hidden = false;
      this.button_.focus();
      this.tell_("closed", detail);
      this.onClosed_?.(detail);
    }

    private drop_() {
      const { handle_: handle, box_: box } = this;
      this.handle_ = this.box_ = undefined;
      handle?.unmount();
      box?.remove();
    }

    private tell_(name: string, detail: Detail) {
      this.dispatchEvent(new CustomEvent("malipo:" + name, { bubbles: true, composed: true, detail }));
    }
  }

  customElements.define(TAG, MalipoCheckout);
  // The one global. Its dialog hangs in the page's body, without a button.
  (window as unknown as { Malipo: object }).Malipo = {
    open: (options: Options) =>
      new Promise<Detail>((resolve, reject) => {
        const wrong = check(options);
        if (wrong) return reject(TypeError(wrong));
        const element = made(options) as MalipoCheckout;
        element.isBare_ = true;
        element.onClosed_ = (detail) => {
          element.remove();
          resolve(detail);
        };
        document.body.append(element);
        element.open();
      }),
  };
}

/** The attribute, the page's language, the browser's. */
function language(element: HTMLElement): Lang {
  const asked = element.lang || document.documentElement.lang || navigator.language;
  return /^sw/i.test(asked) ? "sw" : "en";
}

/** To the start of the body, behind what was brought there before, as soon as there is one. */
function toBody(element: Element) {
  const body = document.body;
  if (body) {
    console.warn("Malipo: moved out of <head>", element);
    body.insertBefore(element, body.querySelector(`:scope>:not(${TAG})`));
  } else requestAnimationFrame(() => toBody(element));
}

/** An element with these options. */
function made(options: object) {
  const element = document.createElement(TAG);
  for (const [name, value] of Object.entries(options)) if (value != null && value !== false) element.setAttribute(name, value);
  return element;
}

// Each script tag runs this file; the first one defines the element.
if (!customElements.get(TAG)) define();
if (WHAT.some((name) => script.dataset[name] != null))
  // A tag that has taken itself off the page stood nowhere.
  (script.parentNode || document.head).insertBefore(made(script.dataset), script.nextSibling);
