// What the gallery shows: a fixture each, and what no view alone leads to.

import views from "../../../shared/fixtures/views.json";

export type Scene = {
  view?: string;
  /** What the Worker says instead. */
  refused?: { status: number; code: string };
  /** The program does not come. */
  isBroken?: boolean;
  /** The Worker does not answer. */
  isSilent?: boolean;
  /** The buttons that lead there, by their place among the screen's actions; `submit` sends the form. */
  presses?: (number | "submit")[];
};

/** What no view alone leads to. */
const MORE: Record<string, Scene> = {
  "did-not-open": { view: "ready", isBroken: true },
  "takes-long": { isSilent: true },
  "open-failed": { refused: { status: 500, code: "INTERNAL_ERROR" } },
  "shop-set-up": { refused: { status: 422, code: "VALIDATION_ERROR" } },
  "page-not-set-up": { refused: { status: 403, code: "ORIGIN_NOT_ALLOWED" } },
  "order-expired": { refused: { status: 409, code: "ORDER_EXPIRED" } },
  "wrong-number": { view: "ready", presses: ["submit"] },
  "by-hand": { view: "ready", presses: [0] },
  "may-have-paid": { view: "confirming", presses: [1] },
  "may-have-paid-till": { view: "confirming_till", presses: [1] },
  "by-hand-in-doubt": { view: "confirming", presses: [1, 1] },
  "receipt-form": { view: "ready", presses: [0, 0] },
  "receipt-wrong": { view: "ready", presses: [0, 0, "submit"] },
};

export const SCENES: Record<string, Scene> = {
  ...Object.fromEntries(Object.keys(views).map((view) => [view.replaceAll("_", "-"), { view }])),
  ...MORE,
};
