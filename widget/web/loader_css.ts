// The styles that the button needs before anything else is fetched. The rest is checkout.css. Kept without spaces: the bundler
// does not look inside a text.

const LIGHT =
  "color-scheme:light!important;--accent:var(--malipo-accent,#0a7d33);--on-accent:var(--malipo-on-accent,#fff)";
const DARK =
  "color-scheme:dark!important;--accent:var(--malipo-accent,#52d183);--on-accent:var(--malipo-on-accent,#06210f)";

export const CSS =
  ":host{all:initial!important;display:inline-block!important;direction:ltr!important;" + LIGHT +
  ";--radius:var(--malipo-radius,12px);--font:var(--malipo-font,system-ui,sans-serif)}" +
  "@media(prefers-color-scheme:dark){:host(:not([theme=light])){" + DARK + "}}" +
  ":host([theme=dark]){" + DARK + "}" +
  ":host([hidden]),[hidden]{display:none!important}" +
  "*{box-sizing:border-box}" +
  "button{font:600 1em/1.25 var(--font);min-height:44px;border:2px solid transparent;border-radius:var(--radius);cursor:pointer}" +
  ".pay{padding:.7em 1.25em;background:var(--accent);color:var(--on-accent)}" +
  ".pay:disabled{opacity:.6}" +
  ":focus-visible{outline:3px solid var(--accent);outline-offset:2px}" +
  ":host([inline]){display:block!important}";
