// How the checkout looks on pages of other colours and directions.

import { ALLOWED, LOADER, visit } from "../elsewhere";
import { expect, test } from "../story";

const tag = (more: string) => `${LOADER} data-item="tea" data-lang="en" ${more}></script>`;

for (const { device, theme, dark } of [
  { device: "dark", theme: "light", dark: false },
  { device: "light", theme: "dark", dark: true },
  { device: "dark", theme: "auto", dark: true },
] as const) {
  test(`theme="${theme}" on a ${device} device`, async ({ page, shop, keep }) => {
    await page.emulateMedia({ colorScheme: device });
    await visit(page, ALLOWED, tag(`data-theme="${theme}"`));
    await page.getByRole("button", { name: "Pay with M-PESA" }).click();
    await expect(shop.phone).toBeVisible();
    const looks = await shop.dialog.evaluate((it) => {
      const { backgroundColor, colorScheme } = getComputedStyle(it);
      return { backgroundColor, colorScheme };
    });
    expect(looks.backgroundColor).toBe(dark ? "rgb(23, 32, 27)" : "rgb(255, 255, 255)");
    expect(looks.colorScheme).toBe(dark ? "dark" : "light");
    await keep(`theme-${theme}-on-${device}`);
  });
}

test("a page that is written from right to left does not mirror it", async ({ page, shop, keep }) => {
  await visit(page, ALLOWED, `<script>document.documentElement.dir = "rtl"; document.documentElement.lang = "ar";</script>${tag("")}`);
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await expect(shop.phone).toBeVisible();
  expect(await shop.dialog.evaluate((it) => getComputedStyle(it).direction)).toBe("ltr");
  const left = async (text: string) => (await shop.dialog.getByText(text, { exact: true }).boundingBox())?.x ?? NaN;
  // The program may take the first form's place in between.
  await expect.poll(async () => (await left("Amount")) < (await left("KES 150"))).toBe(true);
  await keep("right-to-left-page");
});

test("with a mouse and keys the number is typed at once", { tag: "@desktop-only" }, async ({ shop, page, number }) => {
  await shop.open();
  await expect(shop.phone).toBeFocused();
  await page.keyboard.type(`0${number("0000").slice(3)}`);
  await page.keyboard.press("Enter");
  await shop.sees("Payment received.");
});

test("a tag that is not closed does not swallow the page", async ({ page, shop }) => {
  await visit(page, ALLOWED, `<malipo-checkout item="tea" lang="en"/><p>The rest of the page</p>${LOADER}></script>`);
  await expect(page.getByText("The rest of the page")).toBeVisible();
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.sees("Pay with M-PESA");
});

test("what is printed is the receipt, without buttons", async ({ page, shop, number, keep }) => {
  await shop.open();
  await shop.pay(number("0000"));
  await shop.sees("Payment received.");
  await page.emulateMedia({ media: "print" });
  await expect(shop.button("Done")).toBeHidden();
  await expect(shop.dialog.getByText("KES 150")).toBeVisible();
  await keep("printed");
});
