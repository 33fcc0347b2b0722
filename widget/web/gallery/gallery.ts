// The gallery: every screen of the checkout in every theme and language, by the embed itself, with the Worker's answers
// taken from the fixtures. `?screen=…&lang=…&theme=…` is one of them.

import views from "../../../shared/fixtures/views.json";
import { SCENES, type Scene } from "./scenes";
import { THEMES, type Theme } from "./themes";

type View = Record<string, unknown> & { now_ms: number };
const query = new URLSearchParams(location.search);
const scene = SCENES[query.get("screen") ?? ""];
if (scene) one(scene, query.get("lang") ?? "en", query.get("theme") == "dark" ? "dark" : "light");
else wall();

/** One screen, inline, as on a merchant's page. */
function one(scene: Scene, lang: string, theme: Theme) {
  document.documentElement.lang = lang;
  document.body.className = `one ${theme}`;
  const network = window.fetch;
  window.fetch = async (asked, options) => {
    const url = asked instanceof Request ? asked.url : String(asked);
    if (/\/v1\/(payments|quote)/.test(url)) return scene.isSilent ? new Promise<Response>(() => {}) : answer(scene, /quote/.test(url));
    if (/\.wasm/.test(url) && scene.isBroken) throw Error("blocked");
    return network(asked, options);
  };
  // What a page blocks, it blocks in every way.
  if (scene.isBroken) XMLHttpRequest.prototype.open = () => {
    throw Error("blocked");
  };
  localStorage.removeItem("malipo:lang");
  const main = document.createElement("main");
  const heading = document.createElement("h1");
  heading.textContent = query.get("screen");
  heading.hidden = query.has("bare");
  const checkout = document.createElement("malipo-checkout");
  for (const [name, value] of Object.entries({ item: "tea", lang, inline: "" })) checkout.setAttribute(name, value);
  for (const [name, value] of Object.entries(THEMES[theme])) checkout.style.setProperty(name, value);
  main.append(heading, checkout);
  document.body.append(main);
  const script = document.createElement("script");
  script.src = "/malipo.js";
  document.body.append(script);
  press(checkout, [...(scene.presses ?? [])]);
}

function answer({ view, refused }: Scene, isQuote: boolean): Response {
  if (!view) {
    const error = { type: refused!.status < 500 ? "invalid_request" : "api_error", message: "", ...refused };
    return Response.json({ error }, { status: refused!.status });
  }
  const given = (views as Record<string, unknown>)[view] as View;
  // The device's clock is now; the example's is not.
  const moved = Object.entries(given).map(([name, value]) =>
    [name, name.endsWith("_at_ms") ? Number(value) + Date.now() - given.now_ms : value]);
  const payment = { ...Object.fromEntries(moved), now_ms: Date.now(), poll_after_ms: 3_600_000 };
  return Response.json(isQuote ? { payment } : payment);
}

/** Presses one button after the other, each when its screen is there; then says that it is done. */
function press(checkout: Element, presses: (number | "submit")[]) {
  const root = checkout.shadowRoot?.querySelector(".root[data-screen]");
  const isSlow = !!checkout.shadowRoot?.querySelector(".out:not([hidden])");
  if (!root || (root.getAttribute("data-screen") == "opening" && !isSlow)) return void requestAnimationFrame(() => press(checkout, presses));
  const next = presses.shift();
  if (next === undefined) return void (document.body.dataset.ready = "true");
  const buttons = root.querySelectorAll<HTMLElement>(next === "submit" ? "form:not([hidden]) button" : ".actions button");
  buttons[next === "submit" ? 0 : next]!.click();
  requestAnimationFrame(() => press(checkout, presses));
}

/** All of them. */
function wall() {
  document.body.className = "wall";
  const title = document.createElement("h1");
  title.textContent = "Every screen of the checkout";
  document.body.append(title);
  for (const name of Object.keys(SCENES)) {
    const heading = document.createElement("h2");
    heading.textContent = name;
    const list = document.createElement("ul");
    for (const lang of ["en", "sw"])
      for (const theme of Object.keys(THEMES)) {
        const address = `/gallery.html?screen=${name}&lang=${lang}&theme=${theme}`;
        const row = document.createElement("li");
        const link = document.createElement("a");
        link.href = address;
        link.textContent = `${lang}, ${theme}`;
        const frame = document.createElement("iframe");
        frame.loading = "lazy";
        frame.title = `${name}, ${lang}, ${theme}`;
        frame.src = `${address}&bare`;
        row.append(link, frame);
        list.append(row);
      }
    document.body.append(heading, list);
  }
}
