// One request. Whose connection is lost asks the same again, as the checkout and a shop's server do: every call here has a key or
// a name of its own, so that a repetition changes nothing.

const TRIES = 5;

type Answer = { status: number; url: string; text: string };

export async function ask(
  url: string, method = "GET", body?: object | string, headers: Record<string, string> = {}, tries = TRIES,
): Promise<Answer> {
  try {
    const answer = await fetch(url, {
      method, body: typeof body === "object" ? JSON.stringify(body) : body,
      headers: { "content-type": typeof body === "string" ? "text/csv" : "application/json", ...headers },
    });
    return { status: answer.status, url, text: await answer.text() };
  } catch (lost) {
    if (tries === 1) throw lost;
    return ask(url, method, body, headers, tries - 1);
  }
}

/** The JSON of an answer that must be good. */
export async function read<T>(asked: Promise<Answer>): Promise<T> {
  const { status, url, text } = await asked;
  if (status !== 200) throw new Error(`${url}: ${status} ${text}`);
  return JSON.parse(text) as T;
}
