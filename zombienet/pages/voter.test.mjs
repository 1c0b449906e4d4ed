// docs/voter.md, on the chain of the README's first command: from a proposal to what it has changed.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Keyring } from "@polkadot/api";
import { stringCamelCase } from "@polkadot/util";
import * as standing from "../dapps/src/console.mjs";
import { blocks, page, perform } from "../dapps/src/pages.mjs";
import { connect, refused, send } from "../dapps/src/story.mjs";
import { until } from "../dapps/src/until.mjs";
import { views } from "../dapps/src/views.mjs";
import { checkout, runChain, Shell } from "./shell.mjs";

const STN = 10n ** 12n;
let chain;
let api;
before(async () => {
  chain = await runChain();
  api = await connect("ws://127.0.0.1:9944");
});
after(async () => {
  await api?.disconnect();
  await chain?.interrupt();
});

test("the pages that begin on a chain of one's own begin alike", async () => {
  const first = await blocks("voter.md", "sh");
  assert.equal(first.length, 2);
  assert.equal(first[0].trim(), runChain.command);
  for (const other of ["consumer.md", "dapp.md"]) assert.deepEqual((await blocks(other, "sh")).slice(0, 2), first, other);
});

/** Whether the runtime has a weight for it. */
async function isWeighed(pallet, item) {
  const weights = await readFile(`${checkout}/runtime/src/weights/pallet_${pallet}.rs`, "utf8").catch(() => "");
  return weights.includes(`fn ${item}(`);
}

test("every call, read and event that pages name is the chain's", async () => {
  const pallets = new Set([...Object.keys(api.tx), ...Object.keys(api.query)]);
  const view = await views(api);
  let known = 0;
  for (const name of (await readdir(`${checkout}/docs`)).filter((name) => name.endsWith(".md"))) {
    const text = (await page(`docs/${name}`)).replace(/^```rust\n.*?^```$/gms, "");
    for (const [, written, named] of text.matchAll(/(?<![/.\w])([a-z][A-Za-z_]+)\.([A-Za-z_]+)\b/g)) {
      const [pallet, item] = [written, named].map(stringCamelCase);
      if (!pallets.has(pallet) || ["md", "rs", "key"].includes(item)) continue;
      // What has a weight is named in performance.md, hooks and checks of calls too.
      if (await isWeighed(written, named)) continue;
      const there = [api.tx, api.query, api.consts, api.events, api.errors, view].some((all) => all[pallet]?.[item] ?? all[pallet]?.[named]);
      assert.ok(there, `docs/${name} names ${written}.${named}, which the chain does not have`);
      known += 1;
    }
  }
  assert.ok(known >= 20, `${known} names were found`);
});

test("from a proposal to what it has changed", { timeout: 50 * 60_000 }, async () => {
  const keys = new Keyring({ type: "sr25519" });
  const [voter, friend] = ["//Ferdie", "//Bob//stash"].map((uri) => keys.addFromUri(uri));
  const [begin, look, propose, find, vote, delegate, back, later] = await blocks("voter.md", "js");
  assert.ok(later);
  const said = [];
  const log = (text) => {
    said.push(text);
    console.log(`[voter] ${text}`);
  };
  const names = { api, send: standing.send, wait: standing.wait, views, voter, friend, STN, console: { log } };
  const [, entry] = await blocks("voter.md", "sh");
  const entered = `${begin}console.log("final", (await api.rpc.chain.getFinalizedHead()).toHex(), voter.address, friend.address);\nawait api.disconnect();`;
  const seen = await new Shell("console", `${entry.trim()} <<'END'\n${entered}\nEND`).done();
  assert.match(seen, new RegExp(`final 0x[0-9a-f]{64} ${voter.address} ${friend.address}`));
  const price = async () => {
    const row = await api.query.parameters.parameters({ Fees: { Place: null } });
    return row.isSome ? row.unwrap().asFees.asPlace.toBigInt() : undefined;
  };
  const before = await price();
  await perform(look, names);
  const tokens = BigInt(said[0].split(" ")[0]);
  assert.ok(tokens > 900_000n * STN && tokens < 1_000_001n * STN, said[0]);
  await perform(propose, names);
  assert.equal(await price(), before, "a proposal changes nothing");

  const open = await perform(`${find}; return open;`, names);
  assert.match(said.at(-1), /^referendum [0-9]+: .*lookup.*, until block [0-9]+$/i);
  await perform(vote + delegate, { ...names, open });
  const [index] = open[0];
  const { tally } = (await api.query.democracy.referendumInfoOf(index)).unwrap().asOngoing;
  assert.equal(tally.ayes.toBigInt(), 70n * STN, "a vote and a delegation without a lock count a tenth, once each");
  const { free } = (await api.query.system.account(voter.address)).data;
  const most = api.tx.balances.transferAllowDeath(friend.address, free.toBigInt() - 400n * STN);
  await refused(send(api, most, voter), "Frozen");

  await until(1_500, "the price is another", async () => (await price()) !== before);
  console.log(`[voter] the price of a place: ${await price()}`);
  assert.equal(await price(), STN / 50n);
  await perform(back, { ...names, index });
  const locks = async (who) => (await api.query.balances.freezes(who.address)).length + (await api.query.balances.locks(who.address)).length;
  assert.equal(await locks(voter), 0, "what was locked is free");
  assert.ok(await locks(friend), "what was delegated is locked until it is unlocked");
  await perform(later, names);
  assert.equal(await locks(friend), 0, "what was delegated is free");
});
