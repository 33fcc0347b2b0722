// Where the page leads on after paying.

/** The address, with the payment's id in it; none where there is none, or it is no page. */
export function thanksPage(thanks: string | undefined, payment_id: string | undefined): string | undefined {
  if (thanks == null) return undefined;
  try {
    const address = new URL(thanks, document.baseURI);
    if (!/^https?:$/.test(address.protocol)) throw Error("not a page");
    if (payment_id) address.searchParams.set("payment_id", payment_id);
    return address.href;
  } catch (why) {
    (console.error || console.log).call(console, "Malipo: thanks is wrong: " + thanks, why);
    return undefined;
  }
}
