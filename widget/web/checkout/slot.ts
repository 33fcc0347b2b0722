// What this browser remembers of a payment: its key, and its id once it is open. Two buttons for one order on one page share it,
// and so do tabs. A signed order needs none: it is the same payment on any tab and device, and each loading of the page may sign
// it anew.

import type { Options } from "../options";

/** The name under which it is kept; none for a signed order. */
export function slotOf({ base, item, amount, order, note }: Options): string | undefined {
  if (order != null) return undefined;
  const what = item != null ? "item:" + item : "amount:" + amount;
  return "malipo:" + base + ":" + what + (note == null ? "" : ":" + note);
}

/** The key that is kept there. */
export function keptKey(slot: string | undefined): string | undefined {
  const found = slot && kept(slot);
  return found ? found.split(" ")[0] : undefined;
}

/** What is kept under a name. */
export function kept(name: string): string | undefined {
  try {
    return localStorage.getItem(name) || undefined;
  } catch {
    return undefined; // blocked: nothing is kept
  }
}

/** Keeps nothing there any more. */
export function forget(name: string | undefined) {
  try {
    if (name) localStorage.removeItem(name);
  } catch {
    // blocked: nothing is kept
  }
}
