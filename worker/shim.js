// The Worker's module, as Cloudflare wants it: the entry point and the Durable Objects around what wasm-bindgen writes. The
// build bundles it with that, whose name is `index.js`.
//
// After a trap (out of memory, a stack that overflows) wasm-bindgen's code starts a fresh instance of the WASM, and raises
// `instanceId`. What was made in the old one is gone with it, so whatever the runtime holds is a proxy that makes its own anew.
// A panic is no trap: it unwinds, and ends its request alone.

import { WorkerEntrypoint } from "cloudflare:workers";
import {
  __worker_init_state,
  DarajaObject as Daraja,
  DeskObject as Desk,
  fetch as onFetch,
  KeyObject as Key,
  MerchantsObject as Merchants,
  PaymentObject as Payment,
  QuotaObject as Quota,
  ReceiptObject as Receipt,
  RosterObject as Roster,
  scheduled as onSchedule,
  SubscriberObject as Subscriber,
} from "./index.js";

Error.stackTraceLimit = 100;
const state = __worker_init_state();

class Entrypoint extends WorkerEntrypoint {
  fetch(request) {
    return onFetch.call(this, request, this.env, this.ctx);
  }

  scheduled(event) {
    return onSchedule.call(this, event, this.env, this.ctx);
  }
}

const traps = Object.getOwnPropertyNames(Reflect);

const lasting = (Class) =>
  new Proxy(Class, {
    construct(_, args, newTarget) {
      let instance;
      let instanceId;
      const current = () => {
        if (instanceId !== state.instanceId) {
          instance = Reflect.construct(Class, args, newTarget);
          instanceId = state.instanceId;
        }
        return instance;
      };
      current();
      const handlers = traps.map((trap) => [trap, (_, ...rest) => Reflect[trap](current(), ...rest)]);
      return new Proxy({}, Object.fromEntries(handlers));
    },
  });

export default lasting(Entrypoint);
export const DarajaObject = lasting(Daraja);
export const DeskObject = lasting(Desk);
export const KeyObject = lasting(Key);
export const MerchantsObject = lasting(Merchants);
export const PaymentObject = lasting(Payment);
export const QuotaObject = lasting(Quota);
export const ReceiptObject = lasting(Receipt);
export const RosterObject = lasting(Roster);
export const SubscriberObject = lasting(Subscriber);
