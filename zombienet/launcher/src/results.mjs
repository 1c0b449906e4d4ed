// Runs the fleet of an experiment on its network, and writes what came of it: `results.mjs DIRECTORY RESULTS`, where
// prepare.mjs has written DIRECTORY. RESULTS gets `fleet.csv` and `blocks.csv`.

import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync, renameSync } from "node:fs";
import { join } from "node:path";
import { ApiPromise, WsProvider } from "@polkadot/api";
import { call, passed } from "../checks/rpc.js";

const [directory, results] = process.argv.slice(2);
const { url, flags } = JSON.parse(readFileSync(join(directory, "fleet.json"), "utf8"));
mkdirSync(results, { recursive: true });

// Waits for the node, as long as that takes: whoever has started it ends this when it has ended.
const answers = () => call(url, "system_health").then(() => true, () => false);
while (!(await answers())) await passed(1);
const api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true });
const agent = join(process.env.CARGO_TARGET_DIR, "debug", "substation-agent");
const code = await new Promise((ended) => {
  const fleet = spawn(agent, ["fleet", ...flags, "--csv", join(results, "fleet.csv"), "--commit"], { stdio: "inherit" });
  fleet.on("close", ended);
});

/** One line for each final block: what an analysis of times, forks and load begins with. */
const table = join(results, "blocks.csv");
const file = createWriteStream(`${table}.part`);
file.write("number,hash,author,slot,milliseconds,transactions,picoseconds,proof_bytes\n");
const last = (await api.rpc.chain.getHeader(await api.rpc.chain.getFinalizedHead())).number.toNumber();
for (let number = 1; number <= last; number++) {
  const hash = await api.rpc.chain.getBlockHash(number);
  const at = await api.at(hash);
  const [header, block, now, weight, slot] = await Promise.all([
    api.derive.chain.getHeader(hash),
    api.rpc.chain.getBlock(hash),
    at.query.timestamp.now(),
    at.query.system.blockWeight(),
    at.query.babe.currentSlot(),
  ]);
  const sum = (part) => [weight.normal, weight.operational, weight.mandatory].map(part).reduce((a, b) => a + b, 0n);
  const computing = sum((one) => one.refTime.toBigInt());
  const proof = sum((one) => one.proofSize.toBigInt());
  const { length } = block.block.extrinsics;
  file.write(`${number},${hash},${header.author},${slot},${now},${length},${computing},${proof}\n`);
}
await new Promise((done) => file.end(done));
// There once it is whole.
renameSync(`${table}.part`, table);
console.log(`written to ${results}: fleet.csv, blocks.csv`);
await api.disconnect();
// One that a signal has ended has none.
process.exit(code ?? 1);
