// Pages by how they load us, and where they put the button.

import { MALIPO_URL } from "../stack";
import { after, ELEMENT, type HostilePage, LOADER, PUT_TAG, SCRIPT, script, type Sent, TAG, whole } from "./page";

/** Our file as an optimiser keeps it at the shop: between other scripts, under another name. */
async function copied(): Promise<Sent> {
  const answer = await fetch(LOADER);
  if (!answer.ok) throw new Error(`${LOADER}: ${answer.status}`);
  return script(`var theme = {};\n;${await answer.text()}\n;theme.ready = true;`);
}

const withBase = `<malipo-checkout item="tea" lang="en" base="${MALIPO_URL}"></malipo-checkout>`;
/** Chromium asks whether a frame may reach this machine, as it asks the page. */
const LEAVE = ["local-network-access", "local-network", "loopback-network"].map((what) => `${what} *`).join("; ");
const framed = (attributes: string) => whole("", `<iframe title="Pay" width="320" height="420" allow="${LEAVE}" ${attributes}></iframe>`);
const inFrame = { "frame.html": () => ({ headers: { "Content-Type": "text/html" }, body: whole("", TAG) }) };
const quoted = (html: string) => html.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

const LOADING: HostilePage[] = [
  { name: "that is the README's line and nothing else", html: TAG }, // the first try of everybody
  { name: "that has the tag in its head", html: whole(TAG, "") }, // where site builders let shops put "custom code"
  { name: "that has the tag twice", html: whole("", ELEMENT + SCRIPT + SCRIPT.replace(" async", " defer")) }, // a theme and a plugin, each with our script
  { name: "that gets the tag after it has loaded", html: after(`addEventListener("load", function () {${PUT_TAG}});`, "") }, // Google Tag Manager
  { name: "that imports us", html: whole("", `${withBase}<script type="module">import("${LOADER}");</script>`) }, // Vite's builds: our file runs as a module
  {
    name: "that writes the tag while it loads",
    // Old ad and counter snippets: document.write.
    html: whole("", `<script>document.write('${TAG.replace("</", "<\\/")}');</script><p>Footer</p>`),
  },
  {
    name: "whose optimiser keeps a copy of us",
    // Autoptimize, WP Rocket, LiteSpeed: scripts are joined, renamed and sent from the shop's own address.
    html: whole("", `${withBase}<script src="autoptimize_1f2e.js" defer></script>`),
    files: { "autoptimize_1f2e.js": copied },
  },
  {
    name: "whose optimiser starts scripts later",
    // Cloudflare's Rocket Loader, WP Rocket's "delay": the tag has another type, and is put in anew when all is loaded.
    html: whole("", `${TAG.replace("<script", `<script type="text/rocketscript"`)}<script>addEventListener("load", function () {
      document.querySelectorAll('[type="text/rocketscript"]').forEach(function (held) {
        var tag = document.createElement("script");
        for (var at = 0; at < held.attributes.length; at++)
          if (held.attributes[at].name != "type") tag.setAttribute(held.attributes[at].name, held.attributes[at].value);
        held.parentNode.replaceChild(tag, held);
      });
    });</script>`),
  },
];

const PLACES: HostilePage[] = [
  { name: "whose base lies elsewhere", html: whole(`<base href="https://elsewhere.invalid/deep/er/">`, TAG) }, // saved pages, old frameworks
  { name: "that opens every link in another tab", html: whole(`<base target="_blank">`, TAG) }, // newsletters, embeds
  {
    name: "that has the button in its own component",
    // Design systems of web components: our element lies in another shadow root.
    html: whole("", `<shop-card></shop-card>${SCRIPT}<script>customElements.define("shop-card", class extends HTMLElement {
      connectedCallback() { this.attachShadow({ mode: "open" }).innerHTML = '<p>Tea</p>${ELEMENT}'; }
    });</script>`),
  },
  {
    name: "that has the tag itself in its own component",
    // The same with the script: there it is nobody's `currentScript`, and no query finds it.
    html: whole("", `<div id="card"></div><script>
      var root = document.getElementById("card").attachShadow({ mode: "open" });
      root.innerHTML = '${withBase}';
      var tag = document.createElement("script");
      tag.src = "${LOADER}";
      root.appendChild(tag);
    </script>`),
  },
  {
    name: "that moves the button while the checkout is open",
    // React and Vue when a list changes its order, drag-and-drop builders.
    html: whole("", `<div>${ELEMENT}</div><div id="other"></div>${SCRIPT}<script>addEventListener("click", function () {
      requestAnimationFrame(function () {
        document.getElementById("other").appendChild(document.querySelector("malipo-checkout"));
      });
    }, { once: true });</script>`),
  },
  {
    name: "that draws the button's attributes again and again",
    // A component that renders on every frame: the same attributes are set anew.
    html: whole("", `${ELEMENT}${SCRIPT}<script>(function again() {
      var button = document.querySelector("malipo-checkout");
      button.setAttribute("item", "tea");
      button.setAttribute("lang", "en");
      requestAnimationFrame(again);
    })();</script>`),
  },
  {
    name: "that changes its address without loading",
    // Single-page apps: the press pushes a deep address.
    html: whole("", `${TAG}<script>addEventListener("click", function () {
      history.pushState({}, "", "cart/step-2/?modal=pay#open");
    }, { once: true, capture: true });</script>`),
  },
  {
    name: "that puts another body in its place",
    // Turbo and htmx: the whole body is swapped, and scripts are not run again.
    html: whole(SCRIPT, `${ELEMENT}<script>addEventListener("load", function () {
      var next = document.createElement("body");
      next.innerHTML = document.body.innerHTML;
      document.body = next;
    });</script>`),
  },
  {
    name: "in a frame of its own",
    // Page builders that preview in a frame of the same origin.
    html: framed(`src="frame.html"`), files: inFrame, frame: "iframe",
  },
  {
    name: "in a frame that it writes itself",
    // "Custom HTML" blocks: srcdoc, whose address is about:srcdoc.
    html: framed(`srcdoc="${quoted(whole("", TAG))}"`), frame: "iframe",
  },
  {
    name: "in a sandbox that may open tabs",
    // Embeds of Google Sites and Notion: the origin is `null`, which is no shop's; tabs may be opened, and are free.
    html: framed(`src="frame.html" sandbox="allow-scripts allow-forms allow-popups allow-popups-to-escape-sandbox"`),
    files: inFrame, frame: "iframe", ends: "simple page",
  },
  {
    name: "in a sandbox that may lead away",
    // Older embeds of site builders: only the whole window may go elsewhere.
    html: framed(`src="frame.html" sandbox="allow-scripts allow-forms allow-top-navigation-by-user-activation"`),
    files: inFrame, frame: "iframe", ends: "simple page",
  },
  {
    name: "in a sandbox that may do nothing else",
    // Forum and learning platforms: no tab can be opened from there, so the address has to be read.
    html: framed(`src="frame.html" sandbox="allow-scripts allow-forms"`),
    files: inFrame, frame: "iframe", ends: "shown",
  },
];

export const PLACE: HostilePage[] = [...LOADING, ...PLACES];
