// What is looked for within a page. All of it is sent there as text, and runs in browsers of 2020: no newer word may stand in it.

import type { Point } from "./tab";

/** Looks into open shadow roots too. */
export type Within = {
  /** What can be seen of a selector, in the order of the page. */
  shown(selector: string): HTMLElement[];
  /** Its accessible name, as far as our elements have one. */
  nameOf(element: Element): string;
  /** The middle of an element that lies still and can be hit there; else nothing yet. */
  spot(element: HTMLElement): Point | undefined;
};

/** Something truthy, once it is there. */
export type Question<A, T> = (within: Within, asked: A) => T | false | null | undefined;

function within(): Within {
  let lain = "";
  const deep = (selector: string, root: Document | ShadowRoot): HTMLElement[] => {
    const found = Array.from(root.querySelectorAll<HTMLElement>(selector));
    root.querySelectorAll("*").forEach((host) => {
      if (host.shadowRoot) found.push(...deep(selector, host.shadowRoot));
    });
    return found;
  };
  const at = (x: number, y: number) => {
    let hit = document.elementFromPoint(x, y);
    for (let inner = hit; inner && inner.shadowRoot; ) {
      inner = inner.shadowRoot.elementFromPoint(x, y);
      if (!inner || inner === hit) break;
      hit = inner;
    }
    return hit;
  };
  return {
    shown: (selector) => deep(selector, document).filter((element) =>
      element.getClientRects().length > 0 && getComputedStyle(element).visibility === "visible"),
    nameOf: (element) => (element.getAttribute("aria-label") || element.textContent || "").trim(),
    spot: (element) => {
      element.scrollIntoView({ block: "nearest" });
      const { x, y, width, height } = element.getBoundingClientRect();
      const lies = [x, y, width, height].join();
      const isStill = lies === lain;
      lain = lies;
      const middle = { x: Math.round(x + width / 2), y: Math.round(y + height / 2) };
      const hit = at(middle.x, middle.y);
      return isStill && hit && element.contains(hit) ? middle : undefined;
    },
  };
}

function until(look: Within, question: Question<unknown, unknown>, asked: unknown, limit_ms: number): Promise<unknown> {
  const began = performance.now();
  const describe = () => look.shown("h1, h2, p, button, input").map((element) => element.textContent!.trim()).filter(Boolean).join(" | ");
  return new Promise((done, fail) => {
    const ask = () => {
      try {
        const seen = question(look, asked);
        if (seen) done({ seen });
        else if (performance.now() - began > limit_ms) done({ shows: describe() });
        else requestAnimationFrame(ask);
      } catch (error) {
        fail(error);
      }
    };
    ask();
  });
}

/** What the page answers: what was looked for, or what it shows instead. */
export type Answer<T> = { seen: T } | { shows: string };

/** The expression that asks until there is an answer. */
export function asking<A, T>(question: Question<A, T>, asked: A, limit_ms: number): string {
  return `(${until})((${within})(), ${question}, ${JSON.stringify(asked)}, ${limit_ms})`;
}
