import { type Locator } from "@playwright/test";
import { expect, test } from "../story";

/** Presses Tab until the focus is there, as somebody without a mouse does. */
async function tabTo(target: Locator) {
  for (let presses = 0; presses < 15; presses++) {
    if (await target.evaluate((element) => element.matches(":focus"))) return;
    await target.page().keyboard.press("Tab");
  }
  await expect(target).toBeFocused();
}

test("the keyboard alone goes from the button to paid", { tag: "@desktop-only" }, async ({ shop, number }) => {
  const { page } = shop;
  await page.goto("/");
  await tabTo(shop.shopButton("kiondo"));
  await page.keyboard.press("Enter");
  await shop.sees("Pay with M-PESA");
  await tabTo(shop.phone);
  await page.keyboard.type(`0${number("0000").slice(3)}`);
  await page.keyboard.press("Enter");
  await shop.sees("Payment received.");
  await expect(shop.dialog.getByRole("heading", { name: "Payment received." })).toBeFocused();
  await tabTo(shop.button("Done"));
  await page.keyboard.press("Enter");
  await expect(shop.dialog).toBeHidden();
  await expect(shop.shopButton("kiondo")).toBeFocused();
});

/** Where the focus is. The browser's own buttons follow the dialog's last: the page's body stands for them. */
const place = (dialog: Node) =>
  dialog.contains((dialog.getRootNode() as ShadowRoot).activeElement) ? "dialog" : document.activeElement == document.body ? "browser" : "page";

test("the focus stays in the dialog", { tag: "@desktop-only" }, async ({ shop }) => {
  await shop.open();
  const places: string[] = [];
  for (let presses = 0; presses < 8; presses++) {
    await shop.page.keyboard.press("Tab");
    places.push(await shop.dialog.evaluate(place));
  }
  expect(places.join(" ")).not.toMatch(/page|browser browser/);
  await tabTo(shop.phone);
});

test("each new screen is announced: its heading has the focus", { tag: "@desktop-only" }, async ({ shop, number }) => {
  const heading = shop.dialog.getByRole("heading", { level: 2 });
  await shop.open();
  await shop.pay(number("2001"));
  await shop.sees("Check your phone.");
  await expect(heading).toBeFocused();
  await shop.sees("The PIN was not right.");
  await expect(heading).toBeFocused();
});
