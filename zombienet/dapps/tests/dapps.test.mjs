// A running chain of four validators, driven with the libraries that dApps use, as they are published. All at
// once: what takes time are epochs.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { cp, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { merkleizeMetadata } from "@polkadot-api/merkleize-metadata";
import { Keyring } from "@polkadot/api";
import { hexToU8a, u8aToHex } from "@polkadot/util";
import { build } from "esbuild";
import { start } from "smoldot";
import { WebSocketServer } from "ws";
import { follow } from "../src/light.mjs";
import { binary, Network } from "../src/network.mjs";
import { openPage } from "../src/page.mjs";
import { blocks, page as text, perform } from "../src/pages.mjs";
import { connect, send, story } from "../src/story.mjs";
import { until } from "../src/until.mjs";
import { views } from "../src/views.mjs";
import { finalizedHeight } from "../../launcher/checks/rpc.js";

const here = new URL("..", import.meta.url).pathname;
const run = promisify(execFile);
/** Tells what happens in a test, and what is as before once. */
function says(name) {
  let last;
  return (text) => {
    if (text !== last) console.log(`[${name}] ${text}`);
    last = text;
  };
}

let fed = Promise.resolve();
/** The feeders that scripts/run.sh starts say ten cents for a token; whoever asks for it comes one after the other. */
function feed(api) {
  fed = fed.then(async () => {
    const keys = new Keyring({ type: "sr25519" });
    for (const uri of ["//Charlie//stash", "//Dave//stash", "//Eve//stash"]) {
      const feeder = keys.addFromUri(uri);
      const said = await send(api, api.tx.oracle.feedValues([["StnUsd", 100_000_000n]]), feeder);
      const fee = said.find(({ method }) => method === "TransactionFeePaid");
      assert.equal(fee?.data.actualFee.toBigInt() ?? 0n, 0n, "a feeder pays nothing");
    }
  });
  return fed;
}

/** What a story takes, of accounts that hold tokens and that no other story uses. */
async function part(network, name, [owner, friend, aggregator]) {
  const { seed, data, report, stop } = await network.aggregator(name, aggregator);
  return {
    given: { url: network.nodes[1].url, owner, friend, aggregator, seed, data: u8aToHex(data) },
    // Nothing that a page can send back.
    hooks: { report: async () => void report(), stop },
  };
}

describe("a chain of four validators", { concurrency: true, timeout: 30 * 60_000 }, () => {
  let network;
  /** What the first node has told a telemetry server. */
  const told = [];
  let telemetry;
  before(async () => {
    telemetry = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    telemetry.on("connection", (socket) => socket.on("message", (text) => told.push(JSON.parse(text))));
    await once(telemetry, "listening");
    network = await Network.start({ telemetry: `ws://127.0.0.1:${telemetry.address().port}/submit` });
  });
  after(async () => {
    await network?.stop();
    telemetry?.close();
  });

  test("polkadot.js in Node: from connecting to being paid and voting", async () => {
    const { given, hooks } = await part(network, "node", ["//Ferdie", "//Bob//stash", "//Eve"]);
    await story({ ...given, ...hooks, log: says("node") });
  });

  test("polkadot.js in a page: from connecting to being paid and voting", async () => {
    const { given, hooks } = await part(network, "page", ["//Eve//stash", "//Charlie//stash", "//Dave//stash"]);
    const { page, strangers, close } = await openPage(says("page"));
    try {
      await page.exposeFunction("report", hooks.report);
      await page.exposeFunction("stopAggregator", hooks.stop);
      await page.exposeFunction("log", says("page"));
      await page.evaluate((given) => window.substation.story(given), given);
      assert.deepEqual(strangers, [], "the page asks nobody else");
    } finally {
      await close();
    }
  });

  const alice = u8aToHex(new Keyring({ type: "sr25519" }).addFromUri("//Alice").publicKey);

  const full = (method, parameters = []) => network.rpc(method, parameters);
  /** What a light client is given to read. */
  const readings = async () => {
    const api = await connect(network.nodes[2].url);
    const view = (await views(api)).attestation.epochClock.input();
    await api.disconnect();
    return { account: alice, view };
  };

  test("a light client in Node follows and reads", async () => {
    await follow({ start, spec: network.spec, ...(await readings()), full, log: says("light, node") });
  });

  test("a light client begins at the checkpoint that a node gives", async () => {
    // A checkpoint takes two changes of session: without, the light client begins at genesis.
    await until(400, "there is something to skip", async () => (await finalizedHeight(network.nodes[0].url)) > 45);
    const checkpoint = await full("sync_state_genSyncSpec", [true]);
    assert.ok(checkpoint.lightSyncState, "it has a checkpoint");
    const { bootNodes } = JSON.parse(network.spec);
    const spec = JSON.stringify({ ...checkpoint, bootNodes });
    const { first } = await follow({ start, spec, ...(await readings()), full, log: says("light, checkpoint") });
    assert.ok(first > 40, `it begins at block ${first}`);
    const damaged = { ...checkpoint.lightSyncState, finalizedBlockHeader: "0x00" };
    const client = start({ maxLogLevel: 0 });
    try {
      await assert.rejects(client.addChain({ chainSpec: JSON.stringify({ ...checkpoint, lightSyncState: damaged }) }));
    } finally {
      await client.terminate();
    }
  });

  test("a light client takes the raw specification of each chain", async () => {
    const client = start({ maxLogLevel: 1 });
    try {
      for (const name of ["dev", "local", "testnet"]) {
        const parameters = ["export-chain-spec", `--chain=${name}`, "--raw"];
        const { stdout } = await run(binary("substation-node"), parameters, { maxBuffer: 64 << 20 });
        await client.addChain({ chainSpec: stdout });
        const damaged = stdout.replace('"stateRootHash"', '"other"').replace('"top"', '"bottom"');
        await assert.rejects(client.addChain({ chainSpec: damaged }), name);
      }
    } finally {
      await client.terminate();
    }
  });

  test("a light client in a page follows and reads", async () => {
    const { page, close } = await openPage(says("light, page"));
    try {
      await page.exposeFunction("full", full);
      await page.exposeFunction("log", says("light, page"));
      const seen = await page.evaluate((given) => window.substation.follow(given), { spec: network.spec, ...(await readings()) });
      assert.ok(seen.last > seen.first);
    } finally {
      await close();
    }
  });

  test("polkadot-api: descriptors of the running chain fit a program that is checked against them", async () => {
    const folder = join(network.folder, "polkadot-api");
    await cp(join(here, "papi"), folder, { recursive: true });
    await symlink(join(here, "..", "node_modules"), join(folder, "node_modules"));
    const tool = (name, ...parameters) =>
      run(join(folder, "node_modules", ".bin", name), parameters, { cwd: folder }).catch((error) => {
        throw new Error(`${name} ${parameters}: ${error.stdout}${error.stderr}`);
      });
    await tool("papi", "add", "substation", "--wsUrl", network.nodes[2].url, "--skip-codegen");
    await tool("papi", "generate");
    await tool("tsc", "--project", "tsconfig.json");
    const outfile = join(folder, "main.mjs");
    await build({
      entryPoints: [join(folder, "main.ts")],
      alias: { "@polkadot-api/descriptors": join(folder, ".papi", "descriptors") },
      external: ["polkadot-api", "@polkadot/*"],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      logLevel: "error",
    });
    const { main } = await import(outfile);
    await main(network.nodes[2].url, says("polkadot-api"));
  });

  test("the reads of docs/dapp.md, in JavaScript and in Rust", async () => {
    const [js, rust] = [await blocks("dapp.md", "js"), await blocks("dapp.md", "rust")];
    assert.ok(js.length >= 8 && rust.length >= 8);
    const api = await connect(network.nodes[2].url);
    try {
      // There is a device once the other stories have registered theirs.
      await until(400, "a device", async () => (await api.query.devices.devices.keysPaged({ args: [], pageSize: 1 })).length);
      // A pool, and what can be claimed for, are read three epochs back: both are there when the stories' batches are settled.
      const { epochClock, batches } = (await views(api)).attestation;
      await until(600, "batches three epochs back", async () => {
        const clock = (await epochClock()).unwrap();
        const [epoch, index] = [clock.epoch.toNumber(), clock.index.toNumber()];
        const settled = ([, { network, state }]) => network.eq(1) && state.isSettled;
        // The page goes by the best block's epoch, and the example by the final one's: the same in the middle of an epoch.
        return epoch >= 3 && index >= 6 && index < 12 && [...(await batches(epoch - 3))].some(settled);
      });
      const said = [];
      const log = (text) => said.push(text) && says("docs")(text);
      const given = { console: { log } };
      await perform([...js, "await api.disconnect();"].join("\n"), given, network.nodes[2].url);
      assert.ok(said.some((text) => /^5[A-Za-z0-9]+ can claim for 0x[0-9a-f]+'s score of [1-9][0-9]* in chunk 0 of 0x/.test(text)), "an owner has something to claim");
      assert.ok(said.some((text) => /Settled, judged by \[(5[A-Za-z0-9]+(, )?){4}\]$/.test(text)), "its judges are told");
      assert.ok(said.some((text) => text.startsWith("a member of network ")), "memberships are told");
    } finally {
      await api.disconnect();
    }
    // What is shown is what is compiled and run.
    const example = await readFile(new URL("../../../clients/sdk/examples/reads.rs", import.meta.url), "utf8");
    const bare = (code) => code.replace(/\s+/g, "");
    for (const statement of rust.flatMap((code) => code.split(";"))) {
      assert.ok(bare(example).includes(bare(statement)), `the example has no ${statement}`);
    }
    const { stdout } = await run(binary(join("examples", "reads")), [network.nodes[2].url]);
    console.log(stdout);
    for (const answer of [/^batch 0x[0-9a-f]+ is settled.*, and 4 judge it$/m, /^5[A-Za-z0-9]+ can claim for a score of [1-9][0-9]* in chunk 0$/m, /is a member of [1-9]/]) {
      assert.match(stdout, answer);
    }
  });

  test("the steps of docs/consumer.md: a bounty is served and ended", async () => {
    const steps = await blocks("consumer.md", "js");
    assert.equal(steps.length, 10);
    const api = await connect(network.nodes[2].url);
    try {
      const buyer = new Keyring({ type: "sr25519" }).addFromUri("//Charlie");
      // The fleet of scripts/run.sh. Its own account of what owners got is no use here: bounties pay them too.
      network.fleet(4);
      const before = (await api.query.system.account(buyer.address)).data;
      const [begin, find, post, watch, end] = steps;
      // Its last step waits: before that is over, it is refused.
      const [ending] = end.match(/api\.tx\.networkTreasury\.endBounty\([^)]*\)/);
      const refusal = `await assert.rejects(fail(api, ${ending}, buyer), /StillOpen/);`;
      const given = { assert, fail: send, console: { log: says("consumer") } };
      const ended = perform([begin, find, post, refusal, watch, end, "await api.disconnect();"].join("\n"), given, network.nodes[2].url);
      let over = false;
      ended.then(() => (over = true), () => (over = true));
      await until(600, "the service is delivered", () => over);
      await ended;
      const { free, reserved } = (await api.query.system.account(buyer.address)).data;
      const spent = before.free.toBigInt() - free.toBigInt();
      assert.ok(spent >= 10n * 10n ** 12n && spent < 11n * 10n ** 12n, `the price and fees were spent: ${spent}`);
      assert.equal(reserved.toBigInt(), before.reserved.toBigInt(), "the deposit came back");
    } finally {
      await api.disconnect();
    }
  });

  test("the steps of docs/consumer.md: packets are bought, signed for and paid", async () => {
    const [begin, find, , , , burn, ask, take, use, end] = await blocks("consumer.md", "js");
    const api = await connect(network.nodes[2].url);
    try {
      const keys = new Keyring({ type: "sr25519" });
      await feed(api);
      const seller = keys.addFromUri("//Eve");
      const said = [];
      const log = (line) => said.push(line);
      const before = (await api.query.system.account(seller.address)).data;
      await perform([begin, find, burn, ask, take, use, end, "await api.disconnect();"].join("\n"), { console: { log } }, network.nodes[2].url);
      assert.match(said[0], /^credits worth 5 dollars cost 50251256281408 planck$/);
      assert.match(said[1], /^5000000 credits are in the purse$/);
      assert.match(said[2], /^100000 packets are covered$/);
      // Half a dollar, of which the seller has nine tenths.
      assert.match(said[3], /^452261[0-9]{7} planck came to the seller$/);
      assert.match(said[4], /^500000 credits came back$/);
      const { free, reserved } = (await api.query.system.account(seller.address)).data;
      assert.ok(free.toBigInt() > before.free.toBigInt() + 4n * 10n ** 12n, "it was worth it");
      // The offer stands.
      assert.equal(reserved.toBigInt() - before.reserved.toBigInt(), 5n * 10n ** 10n);
    } finally {
      await api.disconnect();
    }
  });

  test("a car's data are bought in a page, cut off when they are revoked, and void when the car is sold", async () => {
    const recordings = process.env.SUBSTATION_RECORDINGS;
    const recorded = recordings
      ? await readFile(join(recordings, "vehicle", "twizy_T3_05_25_2021_2.csv"), "latin1").catch(() => undefined)
      : undefined;
    const telemetry = recorded ?? Array.from({ length: 1_000 }, (_, second) => `${second},45.19,5.72,${second % 50}`).join("\n");
    // The car's own program: what it has recorded, and what it records now.
    const car = createServer((request, response) => {
      if (request.url !== "/trips/live") return response.end(telemetry);
      const lines = telemetry.split("\n");
      let line = 0;
      const timer = setInterval(() => response.write(`${lines[line++ % lines.length]}\n`), 300);
      response.on("close", () => clearInterval(timer));
    });
    car.listen(0, "127.0.0.1");
    await once(car, "listening");
    const api = await connect(network.nodes[1].url);
    try {
      const keys = new Keyring({ type: "sr25519" });
      const [owner, carrier, app] = ["//Dave", "//Ferdie//stash", "//Bob"];
      await network.aggregator("garage", carrier);
      const all = await views(api);
      const carrierAddress = keys.addFromUri(carrier).address;
      await until(180, "the aggregator is registered", async () => (await all.attestation.aggregator(carrierAddress)).isSome);
      const folder = join(network.folder, "garage");
      const { url } = network.nodes[1];
      const key = join(folder, "car.key");
      const { device } = await network.agent(owner, "init", key);
      // The agent reads what is final.
      const registering = ["register", "--key", key, "--network", "1", "--aggregator", carrierAddress, "--cut", "5"];
      const where = ["--data", join(folder, "data"), "--url", url, "--commit"];
      await until(90, "the car is registered", () => network.agent(owner, ...registering, ...where).then(() => true, () => false));
      await network.agent(owner, "access", "ask", device, "--network", "1", "--scope", "history", "--rate", "100", "--url", url, "--commit");
      const server = await network.share(device, `http://127.0.0.1:${car.address().port}`);
      await feed(api);

      const signer = keys.addFromUri(owner);
      const buyer = keys.addFromUri(app).address;
      const revoke = async () => {
        await send(api, api.tx.access.revoke(device, buyer), signer);
        return (await api.rpc.chain.getHeader()).number.toNumber();
      };
      const { page, close } = await openPage(says("car"));
      let seen;
      try {
        await page.exposeFunction("revoke", revoke);
        await page.exposeFunction("log", says("car"));
        seen = await page.evaluate((given) => window.substation.access(given), { url, server, device, app });
      } finally {
        await close();
      }
      assert.equal(seen.read, telemetry, "what was bought is what was recorded");
      assert.ok(seen.cut <= 10, `the stream went on for ${seen.cut} blocks`);
      assert.ok(seen.back > 190_000 && seen.back < 200_000, `${seen.back} credits came back`);

      // Three are given the data, and a light client is told so; then the car is sold.
      const three = ["//Alice", "//Bob", "//Charlie"].map((uri) => keys.addFromUri(uri).address);
      const last = (await api.rpc.chain.getHeader()).number.toNumber() + 10_000;
      const none = new Uint8Array(32);
      const grants = three.map((to) => api.tx.access.grant(device, to, 8, last, null, none));
      await send(api, api.tx.utility.batchAll(grants), signer);
      const may = async () => Promise.all(three.map(async (who) => (await all.access.may(device, who, 8)).isOk));
      assert.deepEqual(await may(), [true, true, true]);
      const view = all.access.may.input(device, three[0], 8);
      await follow({ start, spec: network.spec, account: alice, view, full, log: says("light, car") });
      await send(api, api.tx.devices.offer(device, carrierAddress), signer);
      await send(api, api.tx.devices.accept(device), keys.addFromUri(carrier));
      assert.deepEqual(await may(), [false, false, false], "the sale has voided all three");
      await follow({ start, spec: network.spec, account: alice, view, full, log: says("light, car") });
    } finally {
      await api.disconnect();
      car.closeAllConnections();
      car.close();
    }
  });

  test("every query of the dashboard and of the alerts has an answer, and no alert rings", async () => {
    const prometheus = await network.prometheus();
    const ask = async (path) => (await (await fetch(`${prometheus}/api/v1/${path}`)).json()).data;
    const file = await readFile(new URL("../../../deploy/grafana/validator.json", import.meta.url), "utf8");
    const { panels } = JSON.parse(file);
    const shown = panels.flatMap((panel) => panel.targets.map(({ expr }) => expr.replaceAll("$instance", ".+")));
    const { groups } = await ask("rules");
    const rules = groups.flatMap((group) => group.rules);
    // Whether it rings or not: a comparison that gives one or zero.
    const rung = rules.map(({ query }) => query.replace(/ (==|<|>) ([0-9]+)$/, " $1 bool $2"));
    const runbook = await text("docs/validator.md");
    for (const { name } of rules) assert.ok(runbook.includes(`\`${name}\``), `the runbook says what to do when ${name} rings`);
    assert.ok(shown.length > 10 && rung.length > 5 && rung.every((query) => query.includes(" bool ")));
    for (const query of [...shown, ...rung]) {
      await until(180, `an answer to ${query}`, async () => {
        const { result } = await ask(`query?query=${encodeURIComponent(query)}`);
        return result.length >= network.nodes.length && result.every(({ value }) => Number.isFinite(Number(value[1])));
      });
    }
    const { alerts } = await ask("alerts");
    assert.deepEqual(alerts, [], "no alert rings, nor is about to");
  });

  test("a telemetry server is told who the node is, and what it has", async () => {
    const { payload } = await until(180, "the node introduces itself", () => told.find(({ payload }) => payload?.msg === "system.connected"));
    assert.equal(payload.chain, "Substation Local");
    assert.ok(payload.authority && payload.implementation && payload.version, JSON.stringify(payload));
    assert.equal(payload.genesis_hash, await network.rpc("chain_getBlockHash", [0]));
    const height = (message, key) => until(180, `${key} is told`, () => told.some(({ payload }) => payload?.msg === message && payload[key] > 3));
    await height("system.interval", "height");
    await height("system.interval", "finalized_height");
  });

  test("a hardware wallet's digest of the metadata is the one that the chain checks", async (context) => {
    const api = await connect(network.nodes[3].url);
    try {
      const opaque = await network.rpc("state_call", ["Metadata_metadata_at_version", "0x0f000000"]);
      const bytes = hexToU8a(opaque).subarray(1);
      const plain = bytes.subarray({ 0: 1, 1: 2, 2: 4 }[bytes[0] & 3]);
      const metadataHash = merkleizeMetadata(plain, { decimals: 12, tokenSymbol: "STN" }).digest();
      const signer = new Keyring({ type: "sr25519" }).addFromUri("//Alice//stash");
      const remark = () => api.tx.system.remark("0x01");
      const bound = (hash) => ({ mode: 1, metadataHash: u8aToHex(hash) });
      if (!process.env.SUBSTATION_METADATA_HASH) {
        return context.skip("the node was built without the metadata's digest: scripts/dapps.sh builds it with");
      }
      await send(api, remark(), signer, bound(metadataHash));
      const wrong = new Uint8Array(metadataHash);
      wrong[0] ^= 1;
      await assert.rejects(send(api, remark(), signer, bound(wrong)), /1010|bad signature/i);
    } finally {
      await api.disconnect();
    }
  });
});
