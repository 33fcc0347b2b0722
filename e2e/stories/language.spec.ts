import { expect, test } from "../story";

test("a customer reads Kiswahili from the form to the receipt, and on the next visit", async ({ shop, handset, number, keep }) => {
  const msisdn = number();
  await handset.turnOn(msisdn);
  await shop.open();
  await shop.press("Kiswahili");
  await shop.sees("Lipa na M-PESA");
  await expect(shop.dialog).toHaveAttribute("lang", "sw");
  await keep("sw-1-phone-number");
  await shop.pay("0700");
  await expect(shop.dialog.getByRole("alert")).toContainText("Nambari hii ni fupi mno.");
  await shop.pay(msisdn);
  await shop.sees("Angalia simu yako.");
  await shop.says("Weka PIN yako kwenye ombi la M-PESA ili ulipe KES 150 kwa Duka la Mtaa.");
  await keep("sw-2-check-your-phone");
  await handset.cancel();
  await shop.sees("Ombi la M-PESA limeghairiwa kwenye simu.");
  await shop.says("Hujakatwa pesa.");
  await shop.press("Jaribu tena");
  await handset.enterPin();
  await shop.sees("Malipo yamepokelewa.");
  await keep("sw-3-paid");

  await shop.page.reload();
  await shop.shopButton("card").click();
  await shop.sees("Lipa na M-PESA");
  await shop.press("English");
  await shop.sees("Pay with M-PESA");
});
