// Starts the dashboard: the page's policy allows no inline script. The glue is wasm-bindgen's.

import start from "./dashboard_glue.js";

start({ module_or_path: new URL("dashboard_bg.wasm", import.meta.url) }).catch(() => {
  const place = document.querySelector("#loading");
  if (place) place.textContent = "The dashboard could not be loaded. Reload the page; if it stays so, update your browser.";
});
