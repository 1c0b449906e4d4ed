// What an app in a page does with a device's data: it is told what they cost, buys a grant, reads, and is cut off when the
// owner takes it back.

import { Keyring } from "@polkadot/api";
import { hexToU8a } from "@polkadot/util";
import { connect, event, send } from "./story.mjs";
import { until } from "./until.mjs";
import { views } from "./views.mjs";
import { asking } from "./wire.mjs";

/** Bit 3: what the device has recorded. */
const HISTORY = 8;

function check(condition, what) {
  if (!condition) throw new Error(what);
}

/**
 * The whole story.
 *
 * - `url`: a node's RPC address.
 * - `server`: the data server's address.
 * - `device`: the device's identity, in hexadecimal digits.
 * - `app`: the secret URI of an account with tokens.
 * - `revoke()`: has the owner take the grant back, and gives the block in which it was.
 * - `log(text)`: takes what happens.
 *
 * Gives what was read, in how many blocks the stream was cut off, and what came back, in credits.
 */
export async function access({ url, server, device, app, revoke, log }) {
  const api = await connect(url);
  try {
    const signer = new Keyring({ type: "sr25519" }).addFromUri(app);
    const genesis = api.genesisHash.toU8a();
    const get = (path) => {
      const word = asking(genesis, signer, hexToU8a(device), HISTORY, `${server}${path}`);
      return fetch(`${server}${path}`, { headers: { "substation-access": word } });
    };
    const height = async () => (await api.rpc.chain.getHeader()).number.toNumber();
    const { access, credits } = await views(api);

    const unsigned = await fetch(`${server}/trips/today.csv`);
    check(unsigned.status === 401, `who does not sign is answered ${unsigned.status}`);
    const unpaid = await get("/trips/today.csv");
    check(unpaid.status === 402, `who has no grant is answered ${unpaid.status}`);
    const { accepts } = await unpaid.json();
    check(accepts.length === 1 && accepts[0].amount === "100" && accepts[0].extra.scope === "history", JSON.stringify(accepts));
    log(`402: ${accepts[0].amount} credits a ${accepts[0].extra.per}`);

    await send(api, api.tx.credits.buyExact(200_000n, 10n ** 15n), signer);
    const [tariff] = await access.tariffs(device);
    const bought = await send(api, api.tx.access.buy(device, tariff, 200_000n, null), signer);
    event(bought, "access", "Granted");
    const read = await until(90, "what was bought is handed out", async () => {
      const response = await get("/trips/today.csv");
      return response.status === 200 && response.text();
    });
    log(`200: ${read.length} bytes`);

    // An answer that goes on until it is cut off.
    const stream = await get("/trips/live");
    check(stream.status === 200, `the stream is answered ${stream.status}`);
    const reader = stream.body.getReader();
    let rows = 0;
    let revoked;
    for (;;) {
      const part = await reader.read().catch(() => ({ done: true }));
      if (part.done) break;
      rows += 1;
      if (rows === 5) revoke().then((block) => (revoked = block));
    }
    const cut = (await until(60, "the owner has revoked", () => revoked)) && (await height()) - revoked;
    log(`cut off ${cut} blocks after it was revoked, after ${rows} rows`);
    const after = await get("/trips/today.csv");
    const { error } = await after.json();
    check(after.status === 402 && error.includes("granted nothing"), `afterwards it is answered ${after.status}: ${error}`);
    const { credits: back } = await credits.purse(signer.address);
    return { read, rows, cut, back: back.toNumber() };
  } finally {
    await api.disconnect();
  }
}
