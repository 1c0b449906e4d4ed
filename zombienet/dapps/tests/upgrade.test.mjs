// The runtime of a running chain is replaced by a referendum, while a fleet reports and is paid.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { Keyring } from "@polkadot/api";
import { u8aConcat, u8aToHex } from "@polkadot/util";
import { blake2AsHex } from "@polkadot/util-crypto";
import { Network } from "../src/network.mjs";
import { connect, event, refused, send } from "../src/story.mjs";
import { until } from "../src/until.mjs";

const says = (text) => console.log(`[upgrade] ${text}`);
/** What compressed code begins with. */
const COMPRESSED = [82, 188, 83, 118, 70, 219, 142, 5];

/** The next runtime, as it is handed to a chain. */
async function nextCode() {
  const path = join(process.env.CARGO_TARGET_DIR, "debug/wbuild/substation-runtime/next_runtime_binary.rs.wasm");
  const code = await readFile(path).catch(() => assert.fail(`${path} is missing: scripts/dapps.sh builds it`));
  return u8aConcat(COMPRESSED, zstdCompressSync(code));
}

/** Has a body pass a motion with the votes of all its `members`. */
async function pass(api, body, members, call, threshold) {
  const length = call.encodedLength;
  const { proposalIndex, proposalHash } = event(
    await send(api, api.tx[body].propose(threshold, call, length), members[0]),
    body,
    "Proposed",
  );
  for (const member of members) await send(api, api.tx[body].vote(proposalHash, proposalIndex, true), member);
  const weight = { refTime: 10_000_000_000, proofSize: 500_000 };
  const events = await send(api, api.tx[body].close(proposalHash, proposalIndex, weight, length), members[0]);
  const { result } = event(events, body, "Executed");
  assert.ok(result.isOk, `${body}: ${result}`);
  return events;
}

let network;
before(async () => {
  network = await Network.start();
});
after(() => network?.stop());

test("a referendum replaces the runtime of a running chain, and nothing else does", { timeout: 25 * 60_000 }, async () => {
  const code = await nextCode();
  const fleet = network.fleet(12);
  let reports = true;
  void fleet.ended.then(() => (reports = false));
  let upgraded;
  const api = await connect(network.nodes[0].url);
  try {
    const keys = new Keyring({ type: "sr25519" });
    const [bob, charlie, voter, stranger] = ["//Bob", "//Charlie", "//Alice//stash", "//Bob//stash"].map((uri) => keys.addFromUri(uri));
    // Paid by the old runtime: what comes after is reported to one and paid by the other, and then by the new one alone.
    await until(500, "the fleet is paid", async () => (await api.query.emission.pools.entries()).some(([, pool]) => pool.unwrap().paid.gtn(0)));
    const members = [bob, charlie, keys.addFromUri("//Alice")];
    const version = async () => (await network.rpc("state_getRuntimeVersion")).specVersion;
    assert.equal(await version(), 1);
    await refused(send(api, api.tx.system.applyAuthorizedUpgrade(u8aToHex(code)), stranger), "NothingAuthorized");
    await refused(send(api, api.tx.system.authorizeUpgrade(blake2AsHex(code)), stranger), "BadOrigin");

    const { method } = api.tx.system.authorizeUpgrade(blake2AsHex(code));
    await send(api, api.tx.preimage.notePreimage(method.toHex()), stranger);
    const lookup = { Lookup: { hash: method.hash.toHex(), len: method.encodedLength } };
    await pass(api, "council", members, api.tx.democracy.externalProposeMajority(lookup), 3);
    const hasten = api.tx.democracy.fastTrack(method.hash.toHex(), 12, 4);
    const started = event(await pass(api, "technicalCommittee", members, hasten, 2), "democracy", "Started");
    const vote = { Standard: { vote: { aye: true, conviction: "Locked1x" }, balance: 1_000n * 10n ** 12n } };
    await send(api, api.tx.democracy.vote(started.refIndex, vote), voter);
    says(`referendum ${started.refIndex} runs`);
    await until(200, "the upgrade is authorized", async () => (await api.query.system.authorizedUpgrade()).isSome);
    assert.equal(await version(), 1, "an authorization changes nothing");
    const other = code.slice();
    other[other.length - 1] ^= 1;
    await refused(send(api, api.tx.system.applyAuthorizedUpgrade(u8aToHex(other)), stranger), "Unauthorized");
    // Anybody may bring the code.
    await send(api, api.tx.system.applyAuthorizedUpgrade(u8aToHex(code)), stranger);
    await until(60, "the new runtime runs", async () => (await version()) === 2);
    const block = (await api.rpc.chain.getHeader()).number.toNumber();
    upgraded = (await api.query.attestation.currentEpoch()).toNumber();
    says(`block ${block}, of epoch ${upgraded}, is made by the new runtime`);
    assert.ok(reports, "the fleet goes on meanwhile");
    await until(120, "blocks of the new runtime are final", async () => {
      const head = await api.rpc.chain.getFinalizedHead();
      return (await api.rpc.chain.getHeader(head)).number.toNumber() > block + 3;
    });
    const last = (await api.query.system.lastRuntimeUpgrade()).unwrap();
    assert.equal(last.specVersion.toNumber(), 2);
    assert.ok((await api.query.system.authorizedUpgrade()).isNone, "an authorization is good once");
  } finally {
    await api.disconnect();
  }
  // It fails unless every honest device was paid to the planck.
  assert.equal(await fleet.ended, 0, "the fleet was paid throughout");
  const after = await connect(network.nodes[0].url);
  try {
    const pools = await after.query.emission.pools.entries();
    const paid = pools.filter(([, pool]) => pool.unwrap().paid.gtn(0)).map(([key]) => key.args[0].toNumber());
    says(`paid were epochs ${[...new Set(paid)].sort((one, other) => one - other)}`);
    assert.ok(paid.some((epoch) => epoch < upgraded), "one before it was paid");
    assert.ok(paid.includes(upgraded), "the one in which the runtime was replaced was paid");
    assert.ok(paid.some((epoch) => epoch > upgraded), "one after it was paid");
  } finally {
    await after.disconnect();
  }
});
