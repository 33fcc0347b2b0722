// Pages that are sent with headers which forbid things.

import { readFileSync } from "node:fs";
import { MALIPO_URL } from "../stack";
import { type HostilePage, SCRIPT, TAG, whole } from "./page";

const policy = (text: string) => ({ "Content-Security-Policy": text });
const withNonce = TAG.replace("<script", `<script nonce="c2hvcA"`);

/** The one that docs/embed.md tells shops to send, with our address. */
function told(): string {
  const [, text] = /^Content-Security-Policy: (.+)$/m.exec(readFileSync("docs/embed.md", "utf8")) ?? [];
  if (!text) throw new Error("docs/embed.md tells of no Content-Security-Policy");
  return text.replaceAll("https://pay.example", MALIPO_URL);
}

/** Chromium before 97 and Safari before 16 know no 'wasm-unsafe-eval': there WASM is forbidden. */
const endsInOldOnes = "either";

export const POLICY: HostilePage[] = [
  {
    name: "with the policy that our documents tell",
    // A shop whose developer has read docs/embed.md.
    html: whole("", TAG), headers: policy(told()), endsInOldOnes,
  },
  {
    name: "that forbids all that it does not need",
    // The same on top of `default-src 'none'`, as security scanners ask for.
    html: whole("", TAG), headers: policy(`default-src 'none'; base-uri 'none'; form-action 'none'; ${told()}`), endsInOldOnes,
  },
  {
    name: "whose policy trusts a nonce and what it loads",
    // Google's strict policy: 'strict-dynamic', where lists of hosts count for nothing.
    html: whole("", withNonce), headers: policy(`script-src 'nonce-c2hvcA' 'strict-dynamic' 'wasm-unsafe-eval' https:; object-src 'none'; base-uri 'none'`),
    endsInOldOnes,
  },
  {
    name: "whose policy trusts a nonce alone",
    // Next.js and Rails with nonces: a script that a script puts there needs the nonce too.
    html: whole("", withNonce), headers: policy(`script-src 'nonce-c2hvcA' 'wasm-unsafe-eval'; connect-src ${MALIPO_URL}`), endsInOldOnes,
  },
  {
    name: "whose policy knows nothing of WASM",
    // Most shops with a policy: our host was added, the word for WASM was not.
    html: whole("", TAG), headers: policy(`script-src ${MALIPO_URL}; connect-src ${MALIPO_URL}`), ends: "simple page",
  },
  {
    name: "whose policy lets no question out",
    // Our host was added for scripts, and forgotten for connections.
    html: whole("", TAG), headers: policy(`script-src ${MALIPO_URL} 'wasm-unsafe-eval'; connect-src 'self'`), ends: "simple page",
  },
  {
    name: "that wants trusted types",
    // Google's own pages, GitHub's: the address of a script must not be a plain text.
    html: whole("", TAG), headers: policy("require-trusted-types-for 'script'"),
  },
  {
    name: "that wants trusted types and lets nobody make them",
    // The same, closed for all scripts but the page's own.
    html: whole("", TAG), headers: policy("require-trusted-types-for 'script'; trusted-types 'none'"), ends: "either",
  },
  {
    name: "that isolates itself from other origins",
    // Pages that use SharedArrayBuffer: COOP and COEP.
    html: whole("", TAG), headers: { "Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin" },
  },
  {
    name: "that loads us with CORS",
    // Tag builders that write crossorigin="anonymous" on everything.
    html: whole("", TAG.replace(" async", ` async crossorigin="anonymous"`)),
  },
  {
    name: "that tells nobody where it is",
    // Shops that send no referrer.
    html: whole(`<meta name="referrer" content="no-referrer">`, TAG), headers: { "Referrer-Policy": "no-referrer" },
  },
  {
    name: "that is XHTML",
    // Government portals and e-book shops: sent as XML, where `innerHTML` must be well-formed and document.write throws.
    html: `<?xml version="1.0" encoding="UTF-8"?><html xmlns="http://www.w3.org/1999/xhtml" xml:lang="en" lang="en"><head><title>Shop</title></head>
      <body><h1>Shop</h1><malipo-checkout item="tea" lang="en"></malipo-checkout>${SCRIPT.replace(" async", ` async="async"`)}</body></html>`,
    headers: { "Content-Type": "application/xhtml+xml" },
  },
];
