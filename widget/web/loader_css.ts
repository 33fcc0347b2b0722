// The styles that the button and the empty dialog need before anything else is fetched. The rest is
// checkout.css. Kept without spaces: the bundler does not look inside a text.

export const CSS =
  ":host{all:initial!important;display:inline-block!important;" +
  "--accent:var(--malipo-accent,#0a7d33);--on-accent:var(--malipo-on-accent,#fff);" +
  "--surface:var(--malipo-surface,#fff);--text:var(--malipo-text,#14211a);" +
  "--muted:var(--malipo-muted,#52615a);--line:var(--malipo-line,#c9d3cd);" +
  "--radius:var(--malipo-radius,12px);--font:var(--malipo-font,system-ui,sans-serif)}" +
  "@media(prefers-color-scheme:dark){:host{" +
  "--accent:var(--malipo-accent,#52d183);--on-accent:var(--malipo-on-accent,#06210f);" +
  "--surface:var(--malipo-surface,#17201b);--text:var(--malipo-text,#eef4f0);" +
  "--muted:var(--malipo-muted,#a9b8b0);--line:var(--malipo-line,#46544c)}}" +
  ":host([hidden]),[hidden]{display:none!important}" +
  "*{box-sizing:border-box}" +
  "button{font:600 1em/1.25 var(--font);min-height:44px;border:2px solid transparent;border-radius:var(--radius);cursor:pointer}" +
  ".pay{padding:.7em 1.25em;background:var(--accent);color:var(--on-accent)}" +
  ".pay:disabled{opacity:.6}" +
  ":focus-visible{outline:3px solid var(--accent);outline-offset:2px}h2:focus{outline:none}" +
  "dialog{width:100%;max-height:100dvh;padding:0;overscroll-behavior:contain;overflow:auto}" +
  "dialog,section{max-width:26em;border:1px solid var(--line);border-radius:calc(var(--radius)*1.5);background:var(--surface);color:var(--text);font:medium/1.5 var(--font)}" +
  "dialog::backdrop{background:#0008}" +
  ".root{padding:1.25em 1.25em max(1.25em,env(safe-area-inset-bottom));min-height:20em}" +
  ".x{position:sticky;float:right;top:.16em;margin:.16em;width:44px;padding:0;background:0;color:var(--muted);font-size:1.6em}" +
  "h2{font:700 1.3em/1.3 var(--font);margin:0 44px .75em 0}" +
  "label,label>input{display:block;width:100%}label>input{min-height:52px;font:1.25em var(--font)}" +
  ":host([inline]){display:block!important}" +
  ".bone{height:3em;margin:1em 0;border-radius:var(--radius);background:var(--line)}" +
  "@media(max-width:34rem){dialog{max-width:none;margin:auto 0 0;border-radius:calc(var(--radius)*1.5) calc(var(--radius)*1.5) 0 0;border-width:1px 0 0}}";
