// A light client that follows the chain, and what it reads compared with a full node's word.

import { u8aToHex, u8aToU8a } from "@polkadot/util";
import { blake2AsU8a, xxhashAsU8a } from "@polkadot/util-crypto";
import { until } from "./until.mjs";

const entry = (pallet, item) => u8aToHex(xxhashAsU8a(pallet, 128)) + u8aToHex(xxhashAsU8a(item, 128)).slice(2);

/** A JSON-RPC client over a light client's chain. */
function talk(chain) {
  let next = 1;
  const waiting = new Map();
  const notified = new Map();
  const listen = async () => {
    for await (const text of chain.jsonRpcResponses) {
      const { id, result, error, params } = JSON.parse(text);
      if (id !== undefined) {
        const { answered, failed } = waiting.get(id);
        waiting.delete(id);
        error ? failed(new Error(error.message)) : answered(result);
      } else {
        notified.get(params.subscription)?.(params.result);
      }
    }
  };
  listen().catch(() => {});
  const request = (method, ...params) =>
    new Promise((answered, failed) => {
      const id = `${next++}`;
      waiting.set(id, { answered, failed });
      chain.sendJsonRpc(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    });
  return { request, on: (subscription, listener) => notified.set(subscription, listener) };
}

/**
 * Follows the chain of `spec` with the light client that `start` starts, without trusting any node: at least four
 * more blocks are finalized, and what it then reads, `account`'s balance and the answer to a `view` function among it, is
 * what `full`, a full node, says of the same block.
 */
export async function follow({ start, spec, account, view, full, log }) {
  const client = start({ cpuRateLimit: 0.5, maxLogLevel: 3, logCallback: (level, target, text) => level <= 2 && log(`${target}: ${text}`) });
  try {
    const chain = await client.addChain({ chainSpec: spec });
    const { request, on } = talk(chain);
    const heads = [];
    on(await request("chain_subscribeFinalizedHeads"), (head) => heads.push(parseInt(head.number, 16)));
    await until(300, "the light client sees blocks finalized", () => heads.length > 0 && heads.at(-1) >= heads.find((height) => height > 0) + 4);
    const height = heads.at(-1);
    log(`followed: finalized block ${heads[0]} to ${height}`);
    const hash = await until(60, "a full node has finalized that block", async () => {
      const head = await full("chain_getHeader", [await full("chain_getFinalizedHead")]);
      return parseInt(head.number, 16) >= height && (await full("chain_getBlockHash", [height]));
    });
    const keys = [
      entry("System", "Number"),
      entry("Timestamp", "Now"),
      entry("Attestation", "CurrentEpoch"),
      entry("Balances", "TotalIssuance"),
      entry("System", "Account") + u8aToHex(blake2AsU8a(u8aToU8a(account), 128)).slice(2) + u8aToHex(u8aToU8a(account)).slice(2),
    ];
    for (const key of keys) {
      const [light, told] = [await request("state_getStorage", key, hash), await full("state_getStorage", [key, hash])];
      if (!told || light !== told) throw new Error(`${key} at ${height}: a full node says ${told}, the light client ${light}`);
    }
    const absent = await request("state_getStorage", entry("System", "NoSuchItem"), hash);
    if (absent !== null) throw new Error(`what is not there is ${absent}`);
    const call = ["RuntimeViewFunction_execute_view_function", view, hash];
    const [light, told] = [await request("state_call", ...call), await full("state_call", call)];
    if (!told.startsWith("0x00") || light !== told) throw new Error(`${view}: a full node says ${told}, the light client ${light}`);
    log(`read: a view function and ${keys.length} values of block ${height} are those of a full node`);
    return { first: heads[0], last: height };
  } finally {
    await client.terminate();
  }
}
