// A day of three shops on one deployment: every story of the emulator, money by hand, refunds, a server that is away, money that
// nobody claimed, a confirmation that never came. In the evening the dashboard, the API, the file, the shops' servers and
// M-PESA's own ledger agree to the shilling, and each shop sees its own alone.

import { test, expect, type Page } from "@playwright/test";
import { Dashboard } from "../dashboard";
import { Emulator } from "../emulator";
import { EMULATOR_URL, MALIPO_URL } from "../stack";
import { agreesWithCsv, agreesWithMpesa, agreesWithWebhooks, moved, statement, sum } from "./books";
import { look, number, order, ORDERING, PAYING, STORIES, typeIn, watch, type View } from "./customer";
import { Merchant, type Payment, type Unmatched } from "./merchant";
import { Receiver } from "./receiver";

const MINUTE_MS = 60_000;
/** What comes by alarms and messages is waited for no longer. */
const SETTLED = { timeout: 3 * MINUTE_MS, intervals: [1_000] };

test("a day of three shops", async ({ page, request }) => {
  test.setTimeout(20 * MINUTE_MS);
  const port = Number(process.env.MALIPO_SHOP_PORT);
  const emulator = new Emulator(request);
  const receiver = new Receiver(port);
  const at = `http://127.0.0.1:${port}`;
  const setting = (what: object) => request.post(`${EMULATOR_URL}/_emulator/settings`, { data: what });
  await setting({ is_rule_limited: false });

  const [main, duka, soko] = await test.step("the shops open", async () => [
    Merchant.main(),
    await Merchant.made("duka", { PAYBILL: "600777", DARAJA_PASSKEY: "passkey-of-600777" }, at),
    await Merchant.made("soko", { TILL_STORE: "400111", TILL_NUMBER: "400222", DARAJA_PASSKEY: "passkey-of-400111" }, at),
  ] as const);
  const shops = [main, duka, soko];
  for (const shop of shops) expect(await shop.post("c2b/register")).toMatchObject({ outcome: "registered" });

  await test.step("the morning: every story, ordered in each way, while one shop's server is away", async () => {
    receiver.away.add("duka");
    const all = shops.flatMap((shop) => ORDERING.flatMap((how) => STORIES.map((story) => ({ shop, how, story }))));
    const watching: Promise<void>[] = [];
    for (const { shop, how, story } of all) watching.push(watch(shop, await order(shop, how, number(story)), story));
    await Promise.all(watching);
    expect(receiver.missed).toBeGreaterThan(20);
    for (const shop of shops) expect(await moved(shop), shop.link).toHaveLength(PAYING.length * ORDERING.length);
  });

  await test.step("noon: money by hand, as people pay", () => byHand(main, duka, soko, emulator, setting));

  await test.step("the afternoon: the server is back, and is told what it has missed", async () => {
    receiver.away.delete("duka");
    const late = await duka.all<{ account_reference: string }>("deliveries", "&standing=due");
    for (const account of new Set(late.map((delivery) => delivery.account_reference))) await duka.post(`payments/${account}/redeliver`);
  });

  await test.step("money goes back", () => refunds(main, duka, soko, page));

  await test.step("a till's money is shared out by its owner", () => shareOut(soko));

  await test.step("the evening: a confirmation that never came is found in the statement", async () => {
    const lost = await order(duka, "server");
    const pay = { msisdn: number("5555"), amount_kes: lost.due_kes, account_reference: lost.account_reference, shortcode: duka.number };
    const paid = await request.post(`${EMULATOR_URL}/_emulator/pay`, { data: { ...pay, confirm: { copies: 0 } } });
    const { receipt }: { receipt: string } = await paid.json();
    await importBy(page, duka);
    await expect(page.getByRole("article").filter({ hasText: receipt })).toContainText("Missing here");
    // It is M-PESA's word, not the file's, that lets it be assigned.
    await expect.poll(() => open(duka), SETTLED).toContain(receipt);
    await duka.claim(receipt, lost.account_reference, lost.due_kes);
  });

  await test.step("the books agree: M-PESA, the API, the file, the shops' servers", async () => {
    for (const shop of shops)
      await expect(async () => {
        await agreesWithMpesa(shop);
        await agreesWithCsv(shop);
        await agreesWithWebhooks(shop, receiver);
      }).toPass(SETTLED);
  });

  await test.step("the statements agree: what is left is what the lists show", async () => {
    for (const shop of shops) {
      await shop.post("statements", await statement(shop));
      const differences = await shop.all<{ kind: string; receipt: string }>("differences", "&open=1");
      expect(differences.map(({ kind, receipt }) => `${kind} ${receipt}`).sort()).toEqual(
        (await open(shop)).map((receipt) => `unmatched ${receipt}`).sort(),
      );
    }
  });

  await test.step("the dashboards agree, and each shop sees its own alone", async () => {
    for (const shop of shops) await dashboardAgrees(page, shop);
    for (const shop of shops) await seesNoOthers(shop, shops);
  });
  receiver.close();
});

/** The receipts that nobody has claimed. */
async function open(shop: Merchant): Promise<string[]> {
  return (await shop.all<Unmatched>("unmatched")).map(({ receipt }) => receipt);
}

type Setting = (what: object) => Promise<unknown>;

async function byHand(main: Merchant, duka: Merchant, soko: Merchant, emulator: Emulator, setting: Setting) {
  const pay = (shop: Merchant, amount_kes: number, account_reference?: string, at_ms?: number) =>
    emulator.payByHand({ msisdn: number("5555"), shortcode: shop.number, amount_kes, account_reference, at_ms });
  const until = (shop: Merchant, { id }: View, state: string) =>
    expect.poll(() => look(shop, id).then((view) => view.state), SETTLED).toBe(state);
  for (const shop of [main, duka]) {
    const whole = await order(shop, "item");
    await pay(shop, whole.due_kes, whole.account_reference.toLowerCase());
    await until(shop, whole, "paid");
    await pay(shop, 77, "HOUSE RENT"); // nobody's
  }
  await setting({ validates_c2b: false }); // where the shop has no validation, anything may come
  const parts = await order(main, "signed");
  await pay(main, parts.due_kes - 50, parts.account_reference);
  await until(main, parts, "part_paid");
  await pay(main, 80, parts.account_reference);
  await until(main, parts, "paid");
  await pay(duka, 60, (await order(duka, "signed")).account_reference); // the rest never comes

  // A till's customers name no order: one types the receipt, two show it to the owner, one is gone.
  const typed = await order(soko, "server");
  const receipt = await pay(soko, typed.due_kes, undefined, Date.now() - 200_000);
  await emulator.hasReported(receipt);
  await typeIn(soko, typed, receipt, "needs_shop"); // no push was sent to who paid
  await soko.claim(receipt, typed.account_reference, typed.due_kes);
  for (const how of ["signed", "server"] as const) {
    const shown = await order(soko, how);
    const receipt = await pay(soko, shown.due_kes);
    await expect.poll(() => open(soko), SETTLED).toContain(receipt);
    await soko.claim(receipt, shown.account_reference, shown.due_kes);
  }
  await pay(soko, 33);
}

async function refunds(main: Merchant, duka: Merchant, soko: Merchant, page: Page) {
  const paid = async (shop: Merchant) =>
    (await shop.all<Payment>("payments", "&state=paid")).filter(({ receipts }) => receipts.length === 1 && receipts[0]!.receipt);
  const mains = (await paid(main)).slice(0, 4);
  for (const payment of mains) await main.refund(payment, `back-${payment.account_reference}-of-the-day`);
  // The same key asks for nothing new.
  await main.refund(mains[0]!, `back-${mains[0]!.account_reference}-of-the-day`);
  await soko.refund((await paid(soko))[0]!, "back-to-a-customer-of-soko");

  const given = (await paid(duka))[0]!;
  const { receipt, amount_kes } = given.receipts[0]!;
  const dashboard = await signedIn(page, duka, `payments/${given.account_reference}`);
  await page.getByRole("button", { name: "Refund…" }).click();
  await page.getByRole("button", { name: "Go on" }).click();
  await expect(page.getByRole("group", { name: "Confirm the refund" })).toContainText(`KES ${amount_kes} of receipt ${receipt}`);
  await page.getByRole("button", { name: "Give it back" }).click();
  await dashboard.said("The refund was asked for.");
  await expect.poll(async () => sum(await moved(duka), (entry) => entry.reversed_kes), SETTLED).toBe(amount_kes);
}

/**
 * M-PESA names no order for a till's money, so a push whose callback never came is known by its amount alone: its receipt lies
 * with the unclaimed until the owner gives it to the order.
 */
async function shareOut(soko: Merchant) {
  const given = new Set<string>(); // lists are some seconds late
  await expect(async () => {
    for (const { receipt, amount_kes } of await soko.all<Unmatched>("unmatched")) {
      if (given.has(receipt)) continue;
      const payments = await soko.all<Payment>("payments", "&state=paid");
      const isIts = ({ account_reference, receipts }: Payment) =>
        !given.has(account_reference) && receipts.some((it) => !it.receipt && it.amount_kes === amount_kes);
      const its = payments.find(isIts);
      if (!its) continue;
      await soko.claim(receipt, its.account_reference, 0);
      given.add(receipt).add(its.account_reference);
    }
    const all = await soko.all<Payment>("payments", "&state=paid");
    expect(all.filter(({ receipts }) => receipts.some((it) => !it.receipt))).toEqual([]);
  }).toPass(SETTLED);
}

async function signedIn(page: Page, shop: Merchant, screen = "today"): Promise<Dashboard> {
  const dashboard = new Dashboard(page);
  await page.context().clearCookies();
  await page.goto("about:blank"); // the last shop's screens end with its session
  await dashboard.signIn(screen, MALIPO_URL, shop.key);
  return dashboard;
}

async function importBy(page: Page, shop: Merchant) {
  const dashboard = await signedIn(page, shop, "compare");
  const file = { name: "statement.csv", mimeType: "text/csv", buffer: Buffer.from(await statement(shop)) };
  await page.getByLabel("Statement (CSV)").setInputFiles(file);
  await page.getByRole("button", { name: "Import and compare" }).click();
  await dashboard.said("Compared.");
}

/** The sums and the rows that the owner reads are those of M-PESA's ledger. */
async function dashboardAgrees(page: Page, shop: Merchant) {
  const unclaimed = await shop.all<Unmatched>("unmatched");
  const came = sum(await moved(shop), (entry) => entry.amount_kes) - sum(unclaimed, (receipt) => receipt.amount_kes);
  const dashboard = await signedIn(page, shop);
  await dashboard.isRead();
  await page.getByText("As a table").click();
  const days = await page.getByRole("table").getByRole("row").locator("td:first-of-type").allInnerTexts();
  expect(sum(days, kes), `${shop.link}: the last days`).toBe(came);

  await dashboard.go("Payments");
  await dashboard.isRead();
  const more = page.getByRole("button", { name: "Show more" });
  while (await more.isVisible()) {
    const before = await page.locator("a.payment").count();
    await more.click();
    await expect.poll(() => page.locator("a.payment").count()).toBeGreaterThan(before);
  }
  const shown = await page.locator("a.payment").evaluateAll((rows) => rows.map((row) => row.getAttribute("href")!.split("/").pop()!));
  const own = (await shop.all<Payment>("payments")).map((payment) => payment.account_reference);
  expect(shown.sort(), `${shop.link}: the list`).toEqual(own.sort());

  await page.goto("/dashboard#/look/unmatched");
  await dashboard.isRead();
  await expect(page.getByRole("article")).toHaveCount(unclaimed.length);
  for (const { receipt } of unclaimed) await expect(dashboard.main).toContainText(receipt);
}

function kes(text: string): number {
  return Number(text.replace(/[^0-9]/g, ""));
}

/** With this shop's key the others' payments and receipts do not exist. */
async function seesNoOthers(shop: Merchant, shops: readonly Merchant[]) {
  const own = new Set((await shop.all<Payment>("payments")).map((payment) => payment.account_reference));
  for (const other of shops.filter((it) => it !== shop)) {
    for (const { account_reference, receipts } of (await other.all<Payment>("payments")).slice(0, 20)) {
      expect(own).not.toContain(account_reference);
      const paths = [`payments/${account_reference}`, ...receipts.map(({ receipt }) => `receipts/${receipt}`)];
      for (const path of paths) expect((await shop.ask("GET", path)).status, `${shop.link}: ${path}`).toBe(404);
    }
  }
}
