// A person's hands as WebDriver describes them, the old one and BiDi alike.

import type { Point } from "./tab";

/** One press of the mouse. */
export function clicking(at: Point) {
  const actions = [
    { type: "pointerMove", duration: 0, origin: "viewport", ...at }, { type: "pointerDown", button: 0 }, { type: "pointerUp", button: 0 },
  ];
  return [{ type: "pointer", id: "mouse", actions }];
}

/** Each character's key, one after the other. */
export function typing(text: string) {
  const actions = [...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]);
  return [{ type: "key", id: "keys", actions }];
}
