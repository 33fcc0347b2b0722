import { expect, test } from "../story";

test("a payment of 20 s takes at most 4 status requests", async ({ shop, page, emulator, number }) => {
  const msisdn = number();
  await emulator.script(msisdn, { customer: { pays: { after_ms: 18_000 } } });
  let asked = 0;
  page.on("request", (request) => {
    if (request.method() === "GET" && request.url().includes("/v1/payments/")) asked++;
  });
  await shop.open();
  await shop.pay(msisdn);
  await shop.sees("Payment received.", { timeout: 30_000 });
  expect(asked).toBeGreaterThan(0);
  expect(asked).toBeLessThanOrEqual(4);
});
