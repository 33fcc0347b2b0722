// However a page of another origin loads the script, the customer pays.

import { ALLOWED, LOADER, visit } from "../elsewhere";
import { test } from "../story";

/** As a page that isolates itself from other origins is sent. */
const ISOLATED = { "Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin" };
const tag = (mode: string) => `${LOADER} ${mode} data-item="tea" data-lang="en"></script>`;

const modes: Record<string, [string, Record<string, string>]> = {
  "with CORS": [tag(`crossorigin="anonymous"`), {}],
  "as a module": [tag(`type="module"`), {}],
  "on an isolated page": [tag("async"), ISOLATED],
  "on an isolated page, as a module": [tag(`type="module"`), ISOLATED],
};

for (const [what, [html, headers]] of Object.entries(modes)) {
  test(`the script is loaded ${what}`, async ({ page, shop, number }) => {
    await visit(page, ALLOWED, html, headers);
    await page.getByRole("button", { name: "Pay with M-PESA" }).click();
    await shop.sees("Pay with M-PESA");
    await shop.pay(number("0000"));
    await shop.sees("Payment received.");
  });
}
