// What the pages of docs/ use in a console: the same as in story.mjs, but for somebody who watches. What is sent is
// answered in one line and fails none of the lines below it; what is waited for is said.

import { inspect } from "node:util";
import { connect, send as sendOrFail } from "./story.mjs";

export { connect };

/** What became of a transaction; a console shows it in one line. */
export class Sent {
  /** `events` of one that was done, or the `refusal` of one that was not. */
  constructor({ events = [], refusal }) {
    this.events = events;
    this.refusal = refusal;
  }

  /** The data of the first event of this name; nothing if there is none. */
  event(name) {
    return this.events.find(({ method }) => method === name)?.data;
  }

  toString() {
    if (this.refusal !== undefined) return `refused: ${this.refusal}`;
    // Fees and the end are every transaction's.
    const own = this.events.filter(({ section }) => !["system", "balances", "transactionPayment"].includes(section));
    const names = [...new Set(own.map(({ section, method }) => `${section}.${method}`))];
    return ["done", ...names].join(" ");
  }

  [inspect.custom]() {
    return this.toString();
  }
}

/** Signs and sends, and waits for a block; gives a `Sent`, also if it is refused. */
export async function send(api, transaction, signer) {
  try {
    return new Sent({ events: await sendOrFail(api, transaction, signer) });
  } catch (error) {
    return new Sent({ refusal: error.message });
  }
}

/**
 * Waits until `condition` gives something true, and gives that. Says what it waits for, twice a minute; `say` and
 * `pause` are for who would have it otherwise.
 */
export async function wait(what, condition, { say = console.log, pause = 2_000 } = {}) {
  const begin = Date.now();
  let told = -Infinity;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() - told >= 30_000) {
      told = Date.now();
      const seconds = Math.round((told - begin) / 1_000);
      say(`waiting until ${what}${seconds ? `: ${seconds} s so far` : ""}`);
    }
    await new Promise((passed) => setTimeout(passed, pause));
  }
}
