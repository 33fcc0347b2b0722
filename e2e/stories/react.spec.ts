import { buildSync } from "esbuild";
import { ALLOWED, LOADER, visit } from "../elsewhere";
import { expect, test } from "../story";

test("a shop in React takes a payment, and takes the checkout off its page", { tag: "@desktop" }, async ({
  page, shop, number, consoleErrors,
}) => {
  const [bundle] = buildSync({
    entryPoints: ["examples/react/shop.tsx"], bundle: true, write: false, format: "iife", jsx: "automatic",
    define: { "process.env.NODE_ENV": '"production"' },
  }).outputFiles;
  // React comes first and the element later, as it does when the shop's script is faster than ours.
  const code = bundle!.text.replaceAll("</script", "<\\/script");
  await visit(page, ALLOWED, `<div id="shop"></div><script>${code}</script>${LOADER} async></script>`);
  await page.getByRole("button", { name: "Pay with M-PESA" }).click();
  await shop.pay(number("0000"));
  await expect(page.getByRole("status").filter({ hasText: /^Thank you: [A-Z0-9]{10}$/ })).toBeVisible();
  await expect(page.getByRole("button", { name: "Pay with M-PESA" })).toHaveCount(0);
  // The other one is still there, and works.
  await page.getByRole("button", { name: "Buy a card" }).click();
  await shop.sees("Pay with M-PESA");
  expect(consoleErrors).toEqual([]);
});
