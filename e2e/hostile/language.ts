// Pages whose scripts have changed JavaScript's own objects before ours runs.

import { after, ELEMENT, type HostilePage, SCRIPT, TAG } from "./page";

const list: HostilePage[] = [
  {
    name: "with Prototype.js",
    // Magento 1 and old Rails: JSON.stringify meets toJSON and quotes twice, `reduce` and `bind` mean other things, elements have other methods.
    html: after(`
      function put(on, methods) { for (var name in methods) on[name] = methods[name]; }
      String.prototype.toJSON = function () { return '"' + this.replace(/(["\\\\])/g, "\\\\$1") + '"'; };
      Number.prototype.toJSON = function () { return isFinite(this) ? this.toString() : "null"; };
      Array.prototype.toJSON = function () { return "[" + this.map(function (it) { return JSON.stringify(it); }).join(", ") + "]"; };
      put(Array.prototype, {
        each: Array.prototype.forEach, first: function () { return this[0]; }, last: function () { return this[this.length - 1]; },
        clear: function () { this.length = 0; return this; }, reduce: function () { return this.length > 1 ? this : this[0]; },
        inspect: function () { return "[" + this.join(", ") + "]"; }
      });
      Array.from = window.$A = function (it) { if (!it) return []; if (it.toArray) return it.toArray(); return Array.prototype.slice.call(it); };
      Function.prototype.bind = function (to) {
        var called = this, given = Array.prototype.slice.call(arguments, 1);
        return function () { return called.apply(to, given.concat(Array.prototype.slice.call(arguments))); };
      };
      put(String.prototype, { include: function (it) { return this.indexOf(it) > -1; }, startsWith: function (it) { return this.indexOf(it) === 0; } });
      put(HTMLElement.prototype, {
        show: function () { this.style.display = ""; return this; }, hide: function () { this.style.display = "none"; return this; },
        update: function (html) { this.innerHTML = html; return this; }, insert: function (html) { this.insertAdjacentHTML("beforeend", html); return this; },
        remove: function () { this.parentNode.removeChild(this); return this; }, empty: function () { return !this.innerHTML.trim(); },
        select: function (css) { return Array.prototype.slice.call(this.querySelectorAll(css)); }, visible: function () { return this.style.display != "none"; }
      });
      Event.prototype.stop = function () { this.preventDefault(); this.stopPropagation(); };`),
  },
  {
    name: "with MooTools",
    // Joomla 1.5 to 2.5: Array.from knows arrays and lists alone, bind takes its arguments as one array, and everything is enumerable.
    html: after(`
      Array.from = function (it) { return it == null ? [] : typeof it != "string" && typeof it.length == "number" ? Array.prototype.slice.call(it) : [it]; };
      Function.prototype.bind = function (to, given) {
        var called = this;
        return function () { return called.apply(to, given != null ? Array.from(given) : arguments); };
      };
      String.prototype.contains = function (it) { return this.indexOf(it) > -1; };
      Number.from = Number.prototype.toInt = function () { return parseInt(this, 10); };
      Array.prototype.append = function (more) { this.push.apply(this, more); return this; };
      Array.prototype.flatten = function () { return this.concat.apply([], this); };
      Array.prototype.empty = function () { this.length = 0; return this; };
      Element.prototype.set = function (name, value) { name == "text" ? this.textContent = value : this.setAttribute(name, value); return this; };
      Element.prototype.get = function (name) { return this.getAttribute(name); };
      Element.prototype.empty = function () { while (this.firstChild) this.removeChild(this.firstChild); return this; };
      Element.prototype.append = function (it) { this.appendChild(it); return this; };
      Element.prototype.toggle = Element.prototype.dispose = function () { return this.parentNode ? this.parentNode.removeChild(this) : this; };`),
  },
  {
    name: "with methods that every for-in loop meets",
    // Home-made libraries of 2008: enumerable additions to Object and Array.
    html: after(`
      Object.prototype.extend = function (more) { for (var name in more) this[name] = more[name]; return this; };
      Object.prototype.isEmpty = function () { return !Object.keys(this).length; };
      Array.prototype.remove = function (it) { var at = this.indexOf(it); if (at > -1) this.splice(at, 1); return this; };
      Array.prototype.contains = function (it) { return this.indexOf(it) > -1; };`),
  },
  {
    name: "whose language is frozen",
    // Hardened JavaScript (SES) and pages guarded by LavaMoat: no inherited name can be assigned to.
    html: after(`[Object, Array, Function, Promise, Error, RegExp, Date].forEach(function (it) { Object.freeze(it); Object.freeze(it.prototype); });`),
  },
  {
    name: "whose promises are zone.js's",
    // Angular: another Promise, which fetch returns too, and wrapped timers.
    html: after(`
      var Native = window.Promise;
      function ZoneAwarePromise(run) { this.__native = new Native(run); }
      function wrapped(native) { var made = Object.create(ZoneAwarePromise.prototype); made.__native = native; return made; }
      ZoneAwarePromise.prototype = {
        constructor: ZoneAwarePromise,
        then: function (done, failed) { return wrapped(this.__native.then(done, failed)); },
        "catch": function (failed) { return wrapped(this.__native.then(null, failed)); },
        "finally": function (last) { return wrapped(this.__native["finally"](last)); }
      };
      ["resolve", "reject", "all", "race", "allSettled", "any"].forEach(function (name) {
        ZoneAwarePromise[name] = function (of) {
          return name == "resolve" && of instanceof ZoneAwarePromise ? of : wrapped(Native[name](of));
        };
      });
      window.Promise = ZoneAwarePromise;
      var fetch = window.fetch, later = window.setTimeout;
      window.fetch = function () { return wrapped(fetch.apply(this, arguments)); };
      window.setTimeout = function (run, ms) { return later(function () { run(); }, ms); };`),
  },
  {
    name: "with an old polyfill of custom elements",
    // webcomponents.js 1: elements are defined when the page says so, and HTMLElement is a function that old classes can call.
    html: after(`
      var Native = window.HTMLElement, define = customElements.define, waiting = [], flush;
      window.HTMLElement = function HTMLElement() { return Reflect.construct(Native, [], this.constructor); };
      HTMLElement.prototype = Native.prototype;
      HTMLElement.prototype.constructor = HTMLElement;
      Object.setPrototypeOf(HTMLElement, Native);
      customElements.polyfillWrapFlushCallback = function (wrap) { flush = wrap; };
      customElements.define = function (name, type) {
        if (flush) waiting.push([name, type]); else define.call(customElements, name, type);
      };
      customElements.polyfillWrapFlushCallback(function (run) { run(); });
      addEventListener("load", function () {
        flush = null;
        waiting.forEach(function (it) { define.call(customElements, it[0], it[1]); });
      });`, ELEMENT + SCRIPT),
  },
  {
    name: "with old polyfills of URL and text",
    // Polyfills that put themselves in place of what is there: no objects for URLSearchParams, no `fatal` for TextDecoder, no encodeInto.
    html: after(`
      var Decoder = window.TextDecoder, Encoder = window.TextEncoder;
      window.URLSearchParams = function (text) {
        if (text && typeof text != "string") throw new TypeError("a text, please");
        this.toString = function () { return text || ""; };
      };
      window.TextDecoder = function (label, options) {
        if (options && options.fatal) throw new Error("Failed to construct 'TextDecoder': the 'fatal' option is unsupported.");
        this.decode = function (bytes) { return bytes ? new Decoder().decode(bytes) : ""; };
      };
      window.TextEncoder = function () { this.encode = function (text) { return new Encoder().encode(text); }; };`),
    ends: "either",
  },
  {
    name: "whose clock and dice stand still",
    // Demonstrations and visual tests that mock Date and Math.random; a device whose clock is years behind.
    html: after(`
      var Native = window.Date, still = Native.UTC(2020, 0, 1);
      window.Date = function (at) { return arguments.length ? new Native(at) : new Native(still); };
      Date.prototype = Native.prototype;
      Date.UTC = Native.UTC;
      Date.parse = Native.parse;
      Date.now = function () { return still; };
      Math.random = function () { return 0.5; };`),
  },
  {
    name: "without random numbers",
    // Privacy extensions and web views that take `crypto` away.
    html: after(`Object.defineProperty(window, "crypto", { value: undefined });`),
    ends: "either",
  },
  {
    name: "whose console is silent",
    // Shops in production that put an object with one method in place of the console.
    html: after(`window.console = { log: function () {} };`),
  },
  {
    name: "whose listeners know no options",
    // Shims of passive listeners from 2016: an object in third place is read as "capture" or dropped, so that `once` never ends.
    html: after(`
      var listen = EventTarget.prototype.addEventListener;
      EventTarget.prototype.addEventListener = function (type, listener, options) {
        return listen.call(this, type, listener, typeof options == "boolean" ? options : false);
      };`),
  },
  {
    name: "whose globals are junk",
    // Top-level `var`s of old scripts: all of them are properties of the window.
    html: after(`
      var name = "malipo", status = "open", open = false, close = 1, event = null, length = 7, find = "tea", stop = 0,
        self = { shop: true }, parent = {}, frames = [], origin = "shop", scroll = 0, base = "/", script = null, load = null, hint = null;`),
  },
  {
    name: "with names that hide the document's own",
    // Forms and pictures whose name is a property of the document: the document answers with them.
    html: after("", `<form name="body"><input name="append"></form><img name="currentScript" alt=""><img name="head" alt=""><a id="Malipo"></a>${TAG}`),
  },
  {
    name: "with RequireJS and a global module",
    // Magento 2, Electron shells: a script that finds `define` or `module` gives itself to them and to nobody else.
    html: after(`
      window.module = { exports: {} };
      window.exports = module.exports;
      window.define = function (names, make) { throw new Error("Mismatched anonymous define() module"); };
      define.amd = {};
      window.require = function () { throw new Error("Module name has not been loaded yet"); };`),
  },
];

export const LANGUAGE: HostilePage[] = list.map((page) => ({ ...page, isBent: true }));
