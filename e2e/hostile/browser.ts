// Pages in browsers that lack something, or forbid it.

import { after, type HostilePage } from "./page";

const refusing = (name: string) => `Object.defineProperty(window, "${name}", { get: function () {
  throw new DOMException("The operation is insecure.", "SecurityError");
} });`;

export const BROWSER: HostilePage[] = [
  {
    name: "in Safari 15, without constructable sheets",
    // Safari before 16.4.
    html: after(`
      var Sheet = window.CSSStyleSheet;
      function CSSStyleSheet() { throw new TypeError("Illegal constructor"); }
      CSSStyleSheet.prototype = Sheet.prototype;
      window.CSSStyleSheet = CSSStyleSheet;
      delete Document.prototype.adoptedStyleSheets;
      delete ShadowRoot.prototype.adoptedStyleSheets;`),
  },
  {
    name: "in Safari 14, without dialogs and newer words",
    // Safari before 15.4 and old web views: no dialog, no `replaceChildren`, no `at`, no `Object.hasOwn`.
    html: after(`
      delete HTMLDialogElement.prototype.showModal;
      delete HTMLDialogElement.prototype.close;
      delete window.HTMLDialogElement;
      [Element, Document, DocumentFragment].forEach(function (it) { delete it.prototype.replaceChildren; });
      delete Array.prototype.at;
      delete Object.hasOwn;`),
  },
  {
    name: "in a browser that sees no intersections",
    // Safari before 12.1, and extensions against tracking.
    html: after(`delete window.IntersectionObserver; delete window.queueMicrotask; delete window.requestIdleCallback;`),
  },
  {
    name: "in a browser without WASM",
    // Lockdown Mode on an iPhone, Edge's enhanced security, some company policies.
    html: after(`delete window.WebAssembly;`),
    ends: "simple page",
  },
  {
    name: "where the storage must not be touched",
    // Chrome with all cookies blocked: the first look at localStorage throws.
    html: after(refusing("localStorage") + refusing("sessionStorage") + refusing("indexedDB")),
  },
  {
    name: "where the storage is full",
    // Private windows of older Safaris: a quota of nothing.
    html: after(`Storage.prototype.setItem = function () { throw new DOMException("The quota has been exceeded.", "QuotaExceededError"); };`),
  },
  {
    name: "where cookies are blocked",
    // A browser without cookies, and a shop that asks for them by exceptions.
    html: after(`Object.defineProperty(Document.prototype, "cookie", {
      get: function () { throw new DOMException("Access is denied for this document.", "SecurityError"); },
      set: function () { throw new DOMException("Access is denied for this document.", "SecurityError"); }
    });
    Object.defineProperty(navigator, "cookieEnabled", { get: function () { return false; } });`),
  },
  {
    name: "whose visitor blocks WASM files",
    // Ad blockers and company proxies against coin miners.
    html: after(""),
    ends: "simple page",
    arrange: (page) => page.route("**/*.wasm", (route) => route.abort("blockedbyclient")),
  },
];
