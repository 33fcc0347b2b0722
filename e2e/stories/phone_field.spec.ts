import { expect, test } from "../story";

const wrong = [
  { typed: "", says: "Enter your M-PESA phone number." },
  { typed: "0700 000", says: "This number is too short." },
  { typed: "0700 000 000 0", says: "This number is too long." },
  { typed: "+44 7700 900000", says: "M-PESA needs a Kenyan number" },
  { typed: "020 000 0000", says: "This is not a mobile number." },
  { typed: "my number", says: "Use digits only" },
];

test("a wrong number is told beside its field, and mended there", { tag: "@desktop" }, async ({ shop, emulator, number, keep }) => {
  const msisdn = number("0000");
  await shop.open();
  for (const { typed, says } of wrong) {
    await shop.pay(typed);
    await expect(shop.dialog.getByRole("alert")).toContainText(says);
    await expect(shop.phone).toHaveAttribute("aria-invalid", "true");
    await expect(shop.phone).toHaveAccessibleDescription(new RegExp(says));
    await expect(shop.phone).toBeFocused();
  }
  await keep("wrong-number");
  await shop.phone.fill(msisdn);
  await expect(shop.dialog.getByRole("alert")).toBeHidden();
  await expect(shop.phone).toHaveAttribute("aria-invalid", "false");
  await shop.press(/^Pay KES/);
  await shop.sees("Payment received.");
  expect(await emulator.pushes(msisdn)).toBe(1);
});

test("a number is grouped while it is typed, and the caret stays where it is", async ({ shop, page }) => {
  await shop.open();
  await shop.phone.pressSequentially("0700123456");
  await expect(shop.phone).toHaveValue("0700 123 456");
  for (let steps = 0; steps < 6; steps++) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("9");
  await expect(shop.phone).toHaveValue("0700 923 456");
});

test("a number that M-PESA does not know is corrected", async ({ shop, emulator, number, keep }) => {
  const msisdn = number();
  const refuse = { status: 400, code: "400.002.02", message: "Bad Request - Invalid PhoneNumber" };
  await emulator.script(msisdn, { submit: [{ refuse }] });
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("M-PESA does not know this number.");
  await shop.says("You have not been charged. Check it and try again.");
  await keep("number-refused");
  await shop.press("Correct the number");
  await shop.pay(number("0000"));
  await shop.sees("Payment received.");
});

test("a prefix of another network is a hint, no refusal", async ({ shop, keep }) => {
  await shop.open();
  await shop.phone.fill("0730 000 000");
  await shop.says("This does not look like a Safaricom number. If it is registered for M-PESA, continue.");
  await expect(shop.phone).toHaveAttribute("aria-invalid", "false");
  await keep("other-prefix");
});
