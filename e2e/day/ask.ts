// One request, over a connection of its own: one that is kept may end just when it is used again, and not every call here may be
// made twice.

type Answer = { status: number; url: string; text: string };

export async function ask(
  url: string, method = "GET", body?: object | string, headers: Record<string, string> = {},
): Promise<Answer> {
  const type = typeof body === "string" ? "text/csv" : "application/json";
  const answer = await fetch(url, {
    method, body: typeof body === "object" ? JSON.stringify(body) : body,
    headers: { connection: "close", "content-type": type, ...headers },
  });
  return { status: answer.status, url, text: await answer.text() };
}

/** The JSON of an answer that must be good. */
export async function read<T>(asked: Promise<Answer>): Promise<T> {
  const { status, url, text } = await asked;
  if (status !== 200) throw new Error(`${url}: ${status} ${text}`);
  return JSON.parse(text) as T;
}
