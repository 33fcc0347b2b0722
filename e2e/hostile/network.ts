// Pages that put something between us and the network.

import { after, type HostilePage, PUT_TAG, script, whole } from "./page";

/** Another fetch; `fetch` is the browser's. */
const fetching = (body: string) => after(`(function (fetch) { window.fetch = function (url, options) { ${body} }; })(window.fetch);`);

/** What old browsers fetch with, as unfetch and early whatwg-fetch do in new ones too: an object that is no Response. */
const UNFETCH = `
  options = options || {};
  return new Promise(function (done, failed) {
    var asked = new XMLHttpRequest();
    asked.open(options.method || "get", url, true);
    for (var name in options.headers || {}) asked.setRequestHeader(name, options.headers[name]);
    asked.onerror = failed;
    asked.onload = function () { done({
      ok: (asked.status / 100 | 0) == 2, status: asked.status, statusText: asked.statusText, url: asked.responseURL,
      text: function () { return Promise.resolve(asked.responseText); },
      json: function () { return Promise.resolve(asked.responseText).then(JSON.parse); },
      blob: function () { return Promise.resolve(new Blob([asked.response])); },
      headers: { get: function (name) { return asked.getResponseHeader(name); }, has: function (name) { return !!asked.getResponseHeader(name); } }
    }); };
    asked.send(options.body || null);
  });`;

/** What is cached is answered from there, whatever it is. */
const CACHE_FIRST = `
  self.addEventListener("install", function () { self.skipWaiting(); });
  self.addEventListener("activate", function (event) { event.waitUntil(self.clients.claim()); });
  self.addEventListener("fetch", function (event) {
    if (event.request.method != "GET") return;
    event.respondWith(caches.open("shop").then(function (cache) {
      return cache.match(event.request).then(function (kept) {
        return kept || fetch(event.request).then(function (answer) {
          cache.put(event.request, answer.clone());
          return answer;
        });
      });
    }));
  });`;

const CONTROLLED = `
  var workers = navigator.serviceWorker;
  var taken = new Promise(function (done) { workers.controller ? done() : workers.addEventListener("controllerchange", done); });
  workers.register("sw.js").then(function () { return taken; }).then(function () {${PUT_TAG}});`;

export const NETWORK: HostilePage[] = [
  {
    name: "whose fetch takes addresses as texts only",
    // An analytics script that asks the address for its indexOf.
    html: fetching(`
      if (url.indexOf("/collect") >= 0) return Promise.resolve(new Response(""));
      return fetch.call(this, url, options);`),
  },
  {
    name: "whose fetch answers with an object of its own",
    // unfetch, whatwg-fetch of 2016: no body, no arrayBuffer, no clone, not a Response.
    html: fetching(UNFETCH),
    ends: "either",
  },
  {
    name: "whose fetch throws at once",
    // A consent manager that blocks every request to other origins until somebody agrees.
    html: fetching(`if (String(url.url || url).indexOf(location.origin) != 0) throw new Error("blocked until you agree"); return fetch.call(this, url, options);`),
    ends: "either",
  },
  {
    name: "whose fetch adds a header",
    // CSRF helpers of Laravel and Rails: X-Requested-With on every request, which makes browsers ask beforehand.
    html: fetching(`
      options = Object.assign({}, options);
      options.headers = new Headers(options.headers);
      options.headers.set("X-Requested-With", "XMLHttpRequest");
      return fetch.call(this, url, options);`),
    ends: "either",
  },
  {
    name: "whose fetch sends cookies along",
    // Wrappers that set credentials for everything: an answer for every origin is then refused by the browser.
    html: fetching(`return fetch.call(this, url, Object.assign({}, options, { credentials: "include" }));`),
    ends: "either",
  },
  {
    name: "whose fetch never answers",
    // Offline queues and request limiters that hold back what they do not know.
    html: fetching(`return new Promise(function () {});`),
    ends: "either",
  },
  {
    name: "whose fetch drops what stops it",
    // Timeout wrappers that put their own signal in place of the caller's, and read each answer before handing it on.
    html: fetching(`
      var stop = new AbortController();
      return fetch.call(this, url, Object.assign({}, options, { signal: stop.signal })).then(function (answer) { answer.clone().text(); return answer; });`),
  },
  {
    name: "whose XMLHttpRequest is watched",
    // New Relic, Dynatrace: every request is opened, sent and read by a wrapper first.
    html: after(`
      var open = XMLHttpRequest.prototype.open, send = XMLHttpRequest.prototype.send;
      XMLHttpRequest.prototype.open = function (method, url) {
        this.watched = { method: method.toUpperCase(), path: url.split("?")[0] };
        return open.apply(this, [method, url, true]);
      };
      XMLHttpRequest.prototype.send = function (body) {
        var watched = this.watched, asked = this;
        this.onreadystatechange = function () { try { watched.bytes = asked.responseText.length; } catch (_) { watched.bytes = 0; } };
        return send.call(this, body);
      };`),
  },
  {
    name: "behind a service worker that answers from its cache first",
    // Progressive web apps whose worker keeps every GET for ever, ours too.
    html: whole("", `<script>${CONTROLLED}</script>`),
    files: { "sw.js": () => script(CACHE_FIRST) },
  },
];
