// The loader: what a merchant's page embeds. It draws the button, opens the dialog, fetches the
// checkout on the first sign of intent, and tells the page what happens. It holds no payment logic.

import { CSS } from "./loader_css";
import { type Options, NAMES, WHAT, check, fromAttributes } from "./options";

declare const __MALIPO_ASSETS__: string;

type Detail = { payment_id?: string; state?: string; receipt?: string; reason?: string };
type Handle = { closed(): boolean; detail(): Detail; focus(): void; unmount(): void };
type Checkout = {
  default(wasm: { module_or_path: unknown }): Promise<unknown>;
  mount(root: Element, options: object, onEvent: (name: string, detail: Detail) => void): Handle;
};
type Lang = "en" | "sw";

const WORDS = {
  en: { pay: "Pay with M-PESA", close: "Close", opening: "Opening the checkout…", again: "Try again",
    failed: "The checkout could not be loaded.", check: "Check your internet connection, then try again. Nothing has been paid." },
  sw: { pay: "Lipa na M-PESA", close: "Funga", opening: "Inafungua malipo…", again: "Jaribu tena",
    failed: "Ukurasa wa malipo haukuweza kupakiwa.", check: "Angalia mtandao wako, kisha ujaribu tena. Hakuna kilicholipwa." },
};

const TAG = "malipo-checkout";
const script = (document.currentScript || document.querySelector('script[src*="malipo.js"]')) as HTMLScriptElement;
const base = new URL(script.src).origin;
const assets = base + __MALIPO_ASSETS__ + "/";

let loading: Promise<[Checkout, CSSStyleSheet]> | undefined;
let tries = 0;

/** The checkout and its styles, loaded once for all buttons. A failure is forgotten, so that a retry works. */
function load() {
  // Browsers remember a module that failed, by its address.
  const again = tries ? "?" + tries : "";
  return (loading ||= Promise.all([
    import(assets + "checkout.js" + again) as Promise<Checkout>,
    get("checkout.css").then((answer) => answer.text()),
    get("checkout_bg.wasm").then((answer) => answer),
  ])
    .then(async ([checkout, css, wasm]) => {
      await checkout.default({ module_or_path: wasm });
      return [checkout, sheet(css)] as [Checkout, CSSStyleSheet];
    })
    .catch((error) => {
      loading = undefined;
      tries++;
      throw error;
    }));
}

async function get(name: string) {
  const answer = await fetch(assets + name, { credentials: "omit" });
  if (!answer.ok) throw Error("Malipo: " + name + " " + answer.status);
  return answer;
}

function sheet(css: string) {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}

function make<K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text?: string) {
  const made = document.createElement(tag);
  made.className = className;
  if (text) made.textContent = text;
  return made;
}

function define() {
  const styles = sheet(CSS);

  class MalipoCheckout extends HTMLElement {
    static observedAttributes = NAMES;
    /** Made by `Malipo.open()`: a dialog without a button. */
    isBare = false;
    onClosed?: (detail: Detail) => void;
    private shadow = this.attachShadow({ mode: "open" });
    private button = make("button", "pay");
    private dialog?: HTMLDialogElement;
    private handle?: Handle;
    private lang_: Lang = "en";

    connectedCallback() {
      this.shadow.adoptedStyleSheets = [styles];
      this.draw();
      if (this.button.isConnected || this.isBare) return;
      const button = this.button;
      button.type = "button";
      button.onclick = () => this.open();
      for (const intent of ["pointerenter", "focus", "touchstart"])
        button.addEventListener(intent, () => void load().catch(() => {}), { passive: true, once: true });
      this.shadow.append(button);
    }

    disconnectedCallback() {
      // A framework that moves the element takes it off for a moment only.
      queueMicrotask(() => {
        if (!this.isConnected) this.drop();
      });
    }

    attributeChangedCallback() {
      if (this.isConnected) this.draw();
    }

    draw() {
      this.lang_ = language(this);
      const wrong = check(fromAttributes(this));
      this.button.textContent = wrong || this.getAttribute("label") || WORDS[this.lang_].pay;
      this.button.disabled = !!wrong;
      this.button.lang = this.lang_;
    }

    open() {
      const dialog = (this.dialog ||= this.frame());
      if (dialog.open) return;
      dialog.showModal();
      if (this.handle) this.handle.focus();
      else this.fill(dialog);
    }

    /** The dialog before there is a checkout in it. */
    private frame() {
      const dialog = make("dialog", "");
      const close = make("button", "x", "×");
      close.type = "button";
      close.onclick = () => dialog.close();
      dialog.append(close, make("div", "root"));
      dialog.setAttribute("aria-labelledby", "malipo-title");
      dialog.onclose = () => this.closed();
      this.shadow.append(dialog);
      return dialog;
    }

    private async fill(dialog: HTMLDialogElement) {
      const words = WORDS[this.lang_];
      const root = dialog.lastChild as HTMLElement;
      const show = (title: string, ...rest: HTMLElement[]) => {
        const heading = make("h2", "", title);
        heading.id = "malipo-title";
        heading.tabIndex = -1;
        root.replaceChildren(heading, ...rest);
        if (dialog.open) heading.focus();
      };
      dialog.lang = this.lang_;
      dialog.firstElementChild!.ariaLabel = words.close;
      show(words.opening, make("div", "bone"), make("div", "bone"));
      try {
        const [checkout, css] = await load();
        if (!this.isConnected || this.handle || !dialog.open) return;
        this.shadow.adoptedStyleSheets = [styles, css];
        const options = { ...fromAttributes(this), base, lang: this.lang_ };
        this.handle = checkout.mount(root, options, (name, detail) => this.hear(name, detail));
        this.handle.focus();
      } catch (error) {
        console.error("Malipo:", error);
        this.tell("error", { reason: "LOAD_FAILED" });
        const again = make("button", "pay", words.again);
        again.type = "button";
        again.onclick = () => this.fill(dialog);
        show(words.failed, make("p", "", words.check), again);
      }
    }

    private hear(name: string, detail: Detail) {
      if (name == "close") this.dialog!.close();
      else if (name == "lang") {
        const lang = detail as unknown as Lang;
        this.dialog!.lang = lang;
        this.dialog!.firstElementChild!.ariaLabel = WORDS[lang].close;
      } else this.tell(name, detail);
    }

    /** A payment under way goes on, and its next opening shows it; one that is over is let go. */
    private closed() {
      const detail = this.handle ? this.handle.detail() : {};
      if (!this.handle || this.handle.closed()) this.drop();
      this.button.focus();
      this.tell("closed", detail);
      if (this.onClosed) this.onClosed(detail);
    }

    private drop() {
      const { handle, dialog } = this;
      this.handle = this.dialog = undefined;
      if (handle) handle.unmount();
      if (dialog) dialog.remove();
    }

    private tell(name: string, detail: Detail) {
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
        const element = document.createElement(TAG) as MalipoCheckout;
        element.isBare = true;
        for (const [name, value] of Object.entries(options)) if (value != null) element.setAttribute(name, String(value));
        element.onClosed = (detail) => {
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

// Each script tag runs this file; the first one defines the element.
if (!customElements.get(TAG)) define();
if (WHAT.some((name) => script.dataset[name] != null)) {
  const element = document.createElement(TAG);
  for (const [name, value] of Object.entries(script.dataset)) element.setAttribute(name, value!);
  script.after(element);
}
