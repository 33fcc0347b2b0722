// Pages whose styles, languages and habits reach for what is ours.

import { type HostilePage, TAG, whole } from "./page";

const styled = (css: string, body = TAG, attributes?: string) => whole(`<style>${css}</style>`, body, attributes);

/** Wraps what can be read, as Google's translator does; like some it looks into open shadow roots, and leaves alone what says so. */
const TRANSLATOR = `(function () {
  var roots = [];
  function isLeft(node) { return node.closest && node.closest("font, script, style, input, [translate=no], .notranslate"); }
  function wrap(root) {
    if (root.host && isLeft(root.host)) return;
    if (roots.indexOf(root) < 0) {
      roots.push(root);
      new MutationObserver(function () { wrap(root); }).observe(root, { childList: true, subtree: true, characterData: true });
    }
    root.querySelectorAll("*").forEach(function (element) { if (element.shadowRoot) wrap(element.shadowRoot); });
    var walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT), texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    texts.forEach(function (text) {
      if (!text.data.trim() || !text.parentElement || isLeft(text.parentElement)) return;
      var outer = document.createElement("font"), inner = document.createElement("font");
      outer.style.verticalAlign = inner.style.verticalAlign = "inherit";
      outer.appendChild(inner);
      inner.appendChild(document.createTextNode(text.data));
      text.parentNode.replaceChild(outer, text);
    });
  }
  addEventListener("load", function () {
    document.documentElement.className = "translated-ltr";
    document.documentElement.lang = "fr";
    wrap(document.body);
    new MutationObserver(function () { wrap(document.body); }).observe(document.body, { childList: true, subtree: true, attributes: true });
  });
})();`;

export const LOOKS: HostilePage[] = [
  {
    name: "in quirks mode that unsets everything",
    // No doctype, and a reset that means it.
    html: `<html><head><title>Shop</title><style>* { all: unset !important; }</style></head><body><h1>Shop</h1>${TAG}</body></html>`,
  },
  {
    name: "that hides dialogs and buttons",
    // Themes that draw their own, and filters of ad blockers against pop-ups.
    html: styled(`dialog, [role=dialog], .dialog, .modal { display: none !important; } button, .pay { display: none !important; }
      input, label, form { visibility: hidden !important; }`),
  },
  {
    name: "that styles every tag",
    // Themes of 2010: sizes, floats and positions on bare tags.
    html: styled(`div, section, p, h1, h2, form, button, input, dialog, a { float: left; width: 10px; height: 3px; overflow: hidden; position: relative; top: 400px; opacity: 0.01; }
      script, malipo-checkout { float: none; }`),
  },
  { name: "whose rem is 10 pixels", html: styled("html { font-size: 62.5%; } body { font-size: 1.6rem; }") }, // Bootstrap 3's trick
  {
    name: "whose wrapper has no size for letters",
    // The gap trick of inline-block layouts, and shouting themes: all of it is inherited.
    html: styled(`.row { font: 0/0 a; letter-spacing: 2em; word-spacing: 3em; white-space: nowrap; text-indent: 2em; color: transparent; user-select: none; cursor: none; }`,
      `<div class="row">${TAG}</div>`),
  },
  {
    name: "whose card cuts off and turns what is in it",
    // Sliders: transforms, filters, containment, fixed heights.
    html: styled(`.card { width: 300px; height: 80px; overflow: hidden; transform: translateZ(0); filter: contrast(1); contain: layout paint; will-change: transform; perspective: 1px; }`,
      `<div class="card">${TAG}</div>`),
  },
  {
    name: "with a chat in front of everything",
    // Chat bubbles, cookie banners and progress bars at the highest z-index there is.
    html: styled(`.chat { position: fixed; right: 0; bottom: 0; width: 120px; height: 300px; z-index: 2147483647; background: pink; }`,
      `${TAG}<div class="chat">How can we help?</div>`),
  },
  {
    name: "with the button in its own dialog",
    // Cart drawers: a modal dialog is open already, nothing outside it can be pressed, and the body takes no pointer.
    html: styled(`body { pointer-events: none; } dialog { pointer-events: auto; }`,
      `<dialog id="cart"><h2>Cart</h2>${TAG}</dialog><script>var cart = document.getElementById("cart");
        if (cart.showModal) cart.showModal(); else cart.setAttribute("open", "");</script>`),
  },
  {
    name: "that pulls the focus back",
    // Newsletter boxes and Bootstrap's modals: who leaves them is fetched back.
    html: styled("", `${TAG}<div id="news" tabindex="-1">News</div><script>
      var news = document.getElementById("news");
      document.addEventListener("focusin", function (event) { if (!news.contains(event.target)) news.focus(); });</script>`),
  },
  {
    name: "whose shortcuts take digits",
    // Players and shops with keyboard shortcuts: a key counts unless it is typed in a field, and ours is in a shadow root.
    html: styled("", `${TAG}<script>["keydown", "keypress", "keyup"].forEach(function (type) {
      document.addEventListener(type, function (event) {
        if (!/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) event.preventDefault();
      });
    });</script>`),
  },
  {
    name: "whose form wants everything that is in it",
    // A checkout that is one form: whatever is pressed or changed in it is sent, and Enter too.
    html: styled("", `<form action="/nowhere"><input name="coupon">${TAG}</form><script>
      var form = document.querySelector("form");
      form.addEventListener("click", function (event) { if (event.target.closest("button")) form.submit(); });
      form.addEventListener("change", function () { form.submit(); });
      form.addEventListener("submit", function () { form.submit(); });</script>`),
  },
  { name: "in Arabic", html: styled("h1 { text-align: start; }", TAG, `lang="ar" dir="rtl"`) }, // from right to left; our words stay English
  { name: "that a translator has rewritten", html: whole(`<script>${TRANSLATOR}</script>`, TAG) },
];
