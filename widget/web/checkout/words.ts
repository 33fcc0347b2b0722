// What is said before the checkout's own sentences have come, and where they do not.

import type { Lang } from "./host";

export const WORDS: Record<Lang, Record<"close" | "opening" | "phone" | "again" | "plain" | "failed" | "why" | "slow", string>> = {
  en: {
    close: "Close", opening: "Opening the checkout…", phone: "M-PESA phone number", again: "Try again",
    plain: "Use the simple page", failed: "The checkout did not open.",
    why: "You have not been charged. You can pay on the simple page.",
    slow: "This is taking long. You can also pay on the simple page.",
  },
  sw: {
    close: "Funga", opening: "Tunafungua ukurasa wa malipo…", phone: "Nambari ya simu ya M-PESA", again: "Jaribu tena",
    plain: "Tumia ukurasa rahisi", failed: "Ukurasa wa malipo haukufunguka.",
    why: "Hujakatwa pesa. Unaweza kulipa kwenye ukurasa rahisi.",
    slow: "Inachukua muda. Unaweza pia kulipa kwenye ukurasa rahisi.",
  },
};
