// The loader: what a merchant's page embeds. It draws the button and fetches the checkout; where that does not come, the
// button leads to the plain page. It holds no payment logic, and runs in browsers that cannot run the checkout.

import type { Detail, Frame, Host, Lang, Stage } from "./checkout/host";
import { CSS } from "./loader_css";
import { type Options, NAMES, WHAT, addressOf, check, fromAttributes, quoteAddress } from "./options";

declare const __MALIPO_ASSETS__: string;

const WORDS = {
  en: ["Pay with M-PESA", "Opening the checkout…", "Use the simple page"],
  sw: ["Lipa na M-PESA", "Tunafungua ukurasa wa malipo…", "Tumia ukurasa rahisi"],
};

/** After so many milliseconds without the checkout the button leads to the plain page. */
const LATE_MS = 3_500;

const TAG = "malipo-checkout";
// An element of the page's with that name would hide it.
const script = (Object.getOwnPropertyDescriptor(Document.prototype, "currentScript")!.get!.call(document) ||
  document.querySelector('script[src*="malipo.js"]')) as HTMLScriptElement | null;
// Also where one merchant's loader lies, `…/m/{link}/malipo.js`, and a pinned one, `…/a/{hash}/malipo.js`. A module has no
// script: its address is in the trace of any error.
const own = /(https?:[^\s()@]*?)(\/a\/\w+)?\/malipo\.js/.exec((script ? script.src : "") + " " + Error().stack);
const given: DOMStringMap = script ? script.dataset : {};
const base = given.base || (own ? own[1]! : "");

const stages: Record<string, Promise<Stage> | undefined> = {};

/** The checkout of a Worker, loaded once for all buttons. A failure is forgotten, so that a retry works. */
function load(home: string): Promise<Stage> {
  return (stages[home] = stages[home] || new Promise((done, fail) => {
    const file = document.createElement("script") as HTMLScriptElement & { malipo?: (stage: Stage) => void };
    file.malipo = done;
    file.onload = file.onerror = () => {
      fail(file.src);
      file.remove();
    };
    file.crossOrigin = "anonymous";
    if (script) file.nonce = script.nonce;
    file.src = trusted(home + __MALIPO_ASSETS__ + "/checkout.js");
    // By what no form's or picture's name hides.
    document.querySelector("*")!.appendChild(file);
  }).catch((why) => {
    stages[home] = undefined;
    throw why;
  }) as Promise<Stage>);
}

/** Where a page takes no texts as addresses of scripts. */
function trusted(address: string): string {
  const types = (window as any).trustedTypes;
  try {
    return types.createPolicy("malipo", { createScriptURL: (it: string) => it }).createScriptURL(address);
  } catch (_) {
    return address;
  }
}

/** What the page's developer has to know; some pages leave a console with one method. */
function say(...what: unknown[]) {
  (console.warn || console.log).call(console, "Malipo:", ...what);
}

/** Fetches what is needed first, when a button comes near the viewport. */
const near = window.IntersectionObserver && new IntersectionObserver((seen) => {
  for (const { isIntersecting, boundingClientRect, target } of seen) {
    if (!boundingClientRect.width) say("not shown", target);
    if (isIntersecting) {
      near.unobserve(target);
      (target as MalipoCheckout).warm_();
    }
  }
}, { rootMargin: "200px" });

class MalipoCheckout extends HTMLElement implements Host {
  static observedAttributes = NAMES;
  /** Made by `Malipo.open()`: a dialog without a button. */
  isBare = false;
  onClosed_?: (detail: Detail) => void;
  shadow = this.attachShadow({ mode: "open" });
  button = document.createElement("button");
  asked?: string;
  link_?: HTMLLinkElement;
  frame_?: Frame;
  /** Whether this press has come to its end without a checkout. */
  isLed_ = false;
  lang_: Lang = "en";

  connectedCallback() {
    // Nothing in there is ever shown.
    if (this.closest("head")) return toBody(this);
    this.ready_();
    if (this.frame_) this.frame_.back();
    if (this.shadow.firstChild) return;
    this.dress(CSS);
    if (this.isBare) return;
    const button = this.button;
    button.className = "pay";
    button.onpointerenter = button.onfocus = () => this.warm_();
    this.shadow.appendChild(button);
    // What stands inside is shown: a tag that was not closed has the rest of the page in it.
    this.shadow.appendChild(document.createElement("slot"));
    if (near) near.observe(this);
    if (this.hasAttribute("inline") && !button.disabled) this.open();
  }

  disconnectedCallback() {
    if (near) near.unobserve(this);
    // A framework that moves the element takes it off for a moment only.
    Promise.resolve().then(() => {
      if (this.isConnected) return;
      if (this.link_) this.link_.remove();
      if (this.frame_) this.frame_.drop();
      this.frame_ = undefined;
    });
  }

  attributeChangedCallback() {
    if (this.isConnected) this.draw_();
  }

  draw_() {
    // Frameworks write what is false as a text.
    if (this.getAttribute("inline") == "false") this.removeAttribute("inline");
    // The attribute, the page's language, the browser's.
    this.lang_ = /^sw/i.test(this.lang || document.documentElement.lang || navigator.language) ? "sw" : "en";
    const wrong = check(this.options());
    this.say_(wrong || this.getAttribute("label") || WORDS[this.lang_][0]!);
    this.button.disabled = !!wrong;
  }

  say_(text: string) {
    this.button.textContent = text;
    this.button.lang = this.lang_;
  }

  options(): Options {
    return Object.assign({ base }, fromAttributes(this), { lang: this.lang_ });
  }

  /** A strict page allows a sheet and no element; an old browser has elements alone. */
  dress(css: string) {
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      this.shadow.adoptedStyleSheets = [...this.shadow.adoptedStyleSheets, sheet];
    } catch (_) {
      this.shadow.appendChild(document.createElement("style")).textContent = css;
    }
  }

  ready_() {
    this.draw_();
    this.button.onclick = () => this.open();
  }

  enter_(): Promise<Frame> {
    this.ahead_();
    return load(this.options().base!).then((stage) => (this.frame_ = this.frame_ || stage(this)));
  }

  /** The price comes while the checkout's script is on its way: it asks what the browser has fetched ahead. */
  ahead_() {
    if (this.asked || knowsPayments()) return;
    const link = (this.link_ = document.createElement("link"));
    try {
      this.asked = quoteAddress(this.options(), this.lang_) + "&_=" + crypto.getRandomValues(new Uint32Array(2)).join("-");
      Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "anonymous", href: this.asked });
      document.querySelector("*")!.appendChild(link);
    } catch (_) {
      // The checkout asks by itself.
    }
  }

  /** Who saves data fetches nothing unasked, but for a payment that may be under way. */
  warm_() {
    const { saveData } = (navigator as any).connection || {};
    if (!this.button.disabled && (!saveData || knowsPayments())) this.enter_().then((frame) => frame.warm(), () => {});
  }

  open() {
    this.isLed_ = false;
    const late = setTimeout(() => this.lead_("took too long"), LATE_MS);
    this.say_(WORDS[this.lang_][1]!);
    this.enter_().then((frame) => {
      this.ready_();
      if (this.isConnected) frame.open();
    }).catch((why) => this.lead_(why)).then(() => clearTimeout(late));
  }

  /** The checkout does not come: the next press leads to the page that needs none. */
  lead_(why: unknown) {
    if (this.isLed_) return;
    this.isLed_ = true;
    const plain = plainPage(this.options());
    say("no checkout; its button leads to " + plain, why);
    this.tell("error", { reason: "LOAD_FAILED" });
    // A frame's policy is the page's, not the shop's.
    const lead = () => {
      try {
        if (window.top == window || !window.open(plain)) window.top!.location.href = plain;
      } catch (_) {
        // A sandbox lets nobody out: its page has the console.
      }
    };
    if (this.isBare) lead();
    this.say_(WORDS[this.lang_][2]!);
    this.button.onclick = lead;
    addEventListener("online", () => this.ready_(), { once: true });
  }

  tell(name: string, detail: Detail) {
    this.dispatchEvent(new CustomEvent("malipo:" + name, { bubbles: true, composed: true, detail }));
    if (name == "closed" && this.onClosed_) this.onClosed_(detail);
  }
}

/** The page of the same order that needs no script. */
function plainPage(options: object) {
  const { base, ...asked } = options as Options;
  if (asked.thanks) {
    const page = document.createElement("a");
    page.href = asked.thanks;
    asked.thanks = page.href;
  }
  return addressOf(base + "/pay/", asked);
}

function knowsPayments() {
  try {
    return Object.keys(localStorage).some((slot) => /^malipo:http/.test(slot));
  } catch (_) {
    return false;
  }
}

/** To the start of the body, behind what was brought there before, as soon as there is one. */
function toBody(element: Element) {
  const body = document.querySelector("body");
  if (body) {
    say("moved out of <head>", element);
    body.insertBefore(element, body.querySelector(`:scope>:not(${TAG})`));
  } else requestAnimationFrame(() => toBody(element));
}

/** An element with these options. */
function made(options: object) {
  const element = document.createElement(TAG) as MalipoCheckout;
  for (const [name, value] of Object.entries(options)) if (value != null && value !== false) element.setAttribute(name, value);
  return element;
}

// Each script tag runs this file; the first one defines the element.
const isOld = !window.customElements;
if (!isOld && !customElements.get(TAG)) {
  customElements.define(TAG, MalipoCheckout);
  // The one global. Its dialog hangs in the page's body, without a button.
  (window as unknown as { Malipo: object }).Malipo = {
    open: (options: Options) =>
      new Promise<Detail>((resolve, reject) => {
        const wrong = check(options);
        if (wrong) return reject(TypeError(wrong));
        const element = made(options);
        element.isBare = true;
        element.onClosed_ = (detail) => {
          element.remove();
          resolve(detail);
        };
        document.querySelector("body")!.appendChild(element);
        element.open();
      }),
  };
}
if (WHAT.some((name) => given[name] != null)) {
  // A tag that has taken itself off the page stood nowhere.
  const parent = script!.parentNode || document.head;
  const options = Object.assign({ base }, given);
  // A snapshot of the page, put back, has it already.
  const next = script!.nextElementSibling as MalipoCheckout | null;
  const element = isOld ? document.createElement("a") : made(options);
  if (element instanceof HTMLAnchorElement) {
    element.href = plainPage(options);
    element.textContent = given.label || WORDS.en[0]!;
  } else element.draw_();
  if (!next || next.localName != TAG || plainPage(next.options()) != plainPage((element as MalipoCheckout).options()))
    parent.insertBefore(element, script!.nextSibling);
}
