// Light and dark as custom properties: what loader_css.ts and checkout.css have by default, so that a frame can show either
// whatever the device prefers.

export const THEMES = {
  light: {
    "--malipo-accent": "#0a7d33", "--malipo-on-accent": "#fff", "--malipo-surface": "#fff", "--malipo-text": "#14211a",
    "--malipo-muted": "#52615a", "--malipo-line": "#c9d3cd", "--malipo-error": "#b3261e", "--malipo-warning": "#8a5a00",
  },
  dark: {
    "--malipo-accent": "#52d183", "--malipo-on-accent": "#06210f", "--malipo-surface": "#17201b", "--malipo-text": "#eef4f0",
    "--malipo-muted": "#a9b8b0", "--malipo-line": "#46544c", "--malipo-error": "#ff9b91", "--malipo-warning": "#f0b955",
  },
} as const;

export type Theme = keyof typeof THEMES;
