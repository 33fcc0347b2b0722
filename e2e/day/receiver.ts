// `Receiver`: the servers of the shops, which hear webhooks, each at a path of its own. A server can be away for a while.

import { createServer, type Server } from "node:http";
import { Webhook } from "standardwebhooks";
import { secret } from "../stack";
import type { Payment } from "./merchant";

export type Message = { id: string; type: string; sequence: number; payment: Payment };

export class Receiver {
  /** Whose server is away: it hangs up on whoever calls. */
  readonly away = new Set<string>();
  /** How often somebody called a server that was away. */
  missed = 0;
  readonly #heard = new Map<string, Map<string, Message>>();
  readonly #server: Server;

  constructor(port: number) {
    const webhook = new Webhook(secret("WEBHOOK_SECRET"));
    this.#server = createServer(async (request, response) => {
      const link = request.url!.slice(1);
      if (this.away.has(link)) {
        this.missed += 1;
        request.socket.destroy();
        return;
      }
      const body = Buffer.concat(await request.toArray()).toString();
      const told = webhook.verify(body, request.headers as Record<string, string>) as { type: string; data: Message };
      const id = request.headers["webhook-id"] as string;
      this.#of(link).set(id, { ...told.data, id, type: told.type });
      response.writeHead(204).end();
    }).listen(port, "127.0.0.1");
  }

  /** What a shop has heard, each message once. */
  heard(link: string): Message[] {
    return [...this.#of(link).values()];
  }

  /** The newest that a shop knows of each payment, by account reference. */
  newest(link: string): Map<string, Message> {
    const inOrder = this.heard(link).sort((a, b) => a.sequence - b.sequence);
    return new Map(inOrder.map((message) => [message.payment.account_reference, message]));
  }

  close() {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #of(link: string) {
    return this.#heard.get(link) ?? this.#heard.set(link, new Map()).get(link)!;
  }
}
