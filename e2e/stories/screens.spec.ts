import { type Locator } from "@playwright/test";
import views from "../../shared/fixtures/views.json";
import { expect, test } from "../story";

// Screens that M-PESA would take minutes or days to lead to, drawn from the widget's own examples of a view.
const screens = {
  ready_by_hand_not_noticed: "Pay with M-PESA",
  ready_over_limit: "Pay with Paybill",
  ask_charged: "Did you get an M-PESA confirmation SMS?",
  declined_too_many_prompts: "Too many prompts were sent.",
  declined_no_more: /./,
  part_paid: "We received KES 1,000 of KES 1,500.",
  paid_too_much: "Payment received, and KES 150 too much.",
  unresolved: "M-PESA has not told us the result.",
  closed: "This order has expired.",
  ready_receipt_checking: "We are checking code TKL7XA91QZ with M-PESA…",
  ready_receipt_not_found: "M-PESA has not confirmed code TKL7XA91QZ yet.",
  ready_receipt_for_shop: "The shop will check code TKL7XA91QZ.",
} satisfies Partial<Record<keyof typeof views, string | RegExp>>;

for (const [name, headline] of Object.entries(screens)) {
  test(`the screen of ${name.replaceAll("_", " ")}`, async ({ shop, page, keep }) => {
    const view = views[name as keyof typeof screens];
    // The device's clock is now; the example's is not.
    const now_ms = Date.now();
    const moved = Object.entries(view).map(([field, value]) =>
      [field, field.endsWith("_at_ms") ? Number(value) + now_ms - view.now_ms : value]);
    const json = { ...Object.fromEntries(moved), now_ms, poll_after_ms: 60_000 };
    await page.route("**/v1/payments**", (route) => route.fulfill({ json }));
    await page.route("**/v1/quote**", (route) => route.fulfill({ json: { payment: json } }));
    await page.goto("/");
    await shop.shopButton("tea").click();
    await shop.sees(headline);
    if (name == "unresolved") {
      const contact = shop.dialog.getByRole("link", { name: "0700 000 000" });
      await expect(contact).toHaveAttribute("href", "tel:+254700000000");
    }
    await isWhole(shop.dialog);
    await keep(`screens/${name}`);
    await page.emulateMedia({ colorScheme: "dark" });
    await keep(`screens/${name}-dark`);
    await page.emulateMedia({ colorScheme: "light" });
    await shop.press("Kiswahili");
    await isWhole(shop.dialog);
    expect(await shop.overflow(), "pixels that are cut off at the side").toBe(0);
    await keep(`screens/${name}-sw`);
  });
}

async function isWhole(dialog: Locator) {
  await expect(dialog).not.toContainText(/[{}]|undefined/);
}
