// docs/agent.md, on the chain of the README's first command: a device and its aggregator from nothing to being paid.

import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Keyring } from "@polkadot/api";
import { blocks, page } from "../dapps/src/pages.mjs";
import { connect } from "../dapps/src/story.mjs";
import { until } from "../dapps/src/until.mjs";
import { checkout, runChain, Shell } from "./shell.mjs";

const PATH = 'source scripts/env.sh; PATH="$CARGO_TARGET_DIR/debug:$PATH"; cd /tmp/my\n';
let chain;
before(async () => {
  chain = await runChain();
});
after(() => chain?.interrupt());

test("a device and its aggregator, from nothing", { timeout: 30 * 60_000 }, async () => {
  const all = await blocks("agent.md", "sh");
  const [make, replay] = [all[0], all.at(-1)];
  const api = await connect("ws://127.0.0.1:9944");
  const owner = new Keyring({ type: "sr25519" }).addFromUri("//Ferdie").address;
  const paid = [];
  await api.query.system.events((events) => {
    for (const { event } of events) {
      if (event.section !== "emission" || event.method !== "Paid" || event.data.owner.toString() !== owner) continue;
      paid.push({ device: event.data.device.toHex(), epoch: event.data.epoch.toNumber(), amount: event.data.amount.toBigInt() });
    }
  });
  // Its last command is a daemon, which has to be there until the end.
  const daemons = new Shell("owner", make);
  await until(900, "the owner is paid", async () => {
    if (daemons.code !== undefined) throw new Error(`the daemon has ended with ${daemons.code}:\n${daemons.output}`);
    return paid.length > 1;
  });
  assert.ok(paid.every(({ amount }) => amount > 0n));
  assert.equal(daemons.code, undefined, daemons.output);

  // What the page says is there to look into payments.
  const [, table] = (await page("docs/agent.md")).split("## Looking into payments");
  const shown = [...table.matchAll(/^\| `([a-z]+)((?: [A-Z]+)*)` \|/gm)];
  assert.deepEqual(shown.map(([, name]) => name), ["status", "why", "verify", "claim"]);
  const { device, epoch } = paid[0];
  for (const [, name, words] of shown) {
    const given = words.replace("DEVICE", device).replace("EPOCH", epoch);
    const asked = new Shell(name, `${PATH} SUBSTATION_SURI=//Ferdie substation-agent ${name}${given}`);
    // The aggregator claims, too, and may have been there first.
    const claimed = (await asked.ended) === 4 && name === "claim" && asked.output.includes("nothing to claim");
    const said = claimed ? asked.output : await asked.done();
    console.log(`[owner] ${name}${words}\n${said}`);
    if (name === "why") {
      assert.match(said, /^answer +claimed/m);
      const [, whole, part] = said.match(/^payment +([0-9]+)\.([0-9]{12}) STN$/m);
      assert.equal(BigInt(whole + part), paid[0].amount, "what is explained is what was paid");
    }
    if (name === "verify") assert.ok(!said.includes("FALSE"), said);
  }
  assert.deepEqual((await readdir("/tmp/my")).sort(), ["aggregator", "data", "device.key", "mine", "publisher.key"]);

  const recordings = process.env.SUBSTATION_RECORDINGS;
  const file = recordings ? `${recordings}/radio/helium_ems_tourperret_2023-01_first800.ndjson` : `${checkout}zombienet/tests/fixtures/frames.ndjson`;
  const replayed = await new Shell("replay", PATH + replay.replace("FILE", file)).done();
  console.log(`[owner] ${replayed}`);
  assert.ok(replayed.includes("TooStrong"), replayed);
});
