// What every browser must be able to do in the dialog, on a page with the script tag.

import { ENGINES } from "./engines";
import { SHOP } from "./shop";
import { expect, test } from "./cell";

for (const engine of ENGINES)
  test.describe(engine.name, () => {
    test.use({ engine });

    test("pays", async ({ customer, emulator, number }) => {
      const phone = number("0000");
      await customer.comesTo(SHOP);
      await customer.presses("Pay with M-PESA");
      await customer.sees("Pay with M-PESA");
      await customer.pays(phone);
      await customer.sees("Payment received.");
      const receipt = await customer.fact("M-PESA code");
      expect(await emulator.ledger(phone)).toEqual([expect.objectContaining({ receipt, amount_kes: 150 })]);
    });

    test("cancels, and pays with another number", async ({ customer, emulator, number }) => {
      const [cancels, phone] = [number("1032"), number("0000")];
      await customer.comesTo(SHOP);
      await customer.presses("Pay with M-PESA");
      await customer.sees("Pay with M-PESA");
      await customer.pays(cancels);
      await customer.sees("The prompt was cancelled on the phone.");
      await customer.presses("Use another number");
      await customer.pays(phone);
      await customer.sees("Payment received.");
      expect(await emulator.ledger(cancels)).toHaveLength(0);
      expect(await emulator.ledger(phone)).toHaveLength(1);
    });

    test("comes back after a reload", async ({ customer, emulator, number }) => {
      const phone = number();
      await customer.comesTo(SHOP);
      await customer.presses("Pay with M-PESA");
      await customer.sees("Pay with M-PESA");
      await customer.pays(phone);
      await customer.sees("Check your phone.");
      const account = await customer.fact("Account no.");
      await customer.tab.reload();
      await customer.presses("Pay with M-PESA");
      await customer.sees("Check your phone.");
      expect(await customer.fact("Account no.")).toBe(account);
      await emulator.enterPin(phone);
      await customer.sees("Payment received.");
      expect(await emulator.pushes(phone)).toBe(1);
    });
  });
