// Makes what zombienet starts a network from: `prepare.mjs EXPERIMENT DIRECTORY` writes `raw.json`, the chain's
// specification with the experiment's parameters, `network.toml`, and `fleet.json`, what the agent's `fleet` command takes.
// Nothing is built anew.

import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Keyring } from "@polkadot/api";
import { cryptoWaitReady } from "@polkadot/util-crypto";
import toml from "toml";
import { freePort } from "../../dapps/src/network.mjs";

/** Well-known keys, in the order in which validators get them. */
const NAMES = ["alice", "bob", "charlie", "dave", "eve", "ferdie", "one", "two"];
const STAKE = 100_000n * 10n ** 12n;

function fail(text) {
  console.error(`error: ${text}`);
  process.exit(1);
}

/** Whether a number counts something, and is told exactly. */
const isCount = (value) => Number.isSafeInteger(value) && value >= 0;

/** A section's keys in the words of the genesis; fails on one that the genesis does not have. */
function renamed(section, name, known) {
  return Object.fromEntries(
    Object.entries(section).map(([key, value]) => {
      const camel = key.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
      if (!Object.hasOwn(known, camel)) fail(`[${name}] has no ${key}: it has ${Object.keys(known).join(", ")}`);
      // What the file's format and JavaScript's numbers cannot hold is said in quotes.
      const number = typeof value === "string" && /^[0-9]+$/.test(value) ? BigInt(value) : value;
      if (typeof number !== "bigint" && !isCount(number)) fail(`[${name}] ${key}: a whole number, in quotes if it has more than fifteen digits`);
      return [camel, integer(number)];
    }),
  );
}

function node() {
  return join(process.env.CARGO_TARGET_DIR ?? fail("CARGO_TARGET_DIR is not set: use scripts/zombienet.sh"), "debug", "substation-node");
}

function exported(...parameters) {
  const { status, stdout, stderr } = spawnSync(node(), ["export-chain-spec", ...parameters], { maxBuffer: 64 << 20 });
  if (status !== 0) fail(`the node makes no chain of ${file}:\n${stderr}`);
  return stdout.toString();
}

/** JSON with all its integers as they are, which JavaScript's numbers cannot hold. */
const parse = (text) => JSON.parse(text.replace(/([:[,]\s*)(\d{16,})(?=\s*[,}\]])/g, '$1"\\u0000$2"'));
const print = (value) => JSON.stringify(value, null, 1).replace(/"\\u0000(\d+)"/g, "$1");
const integer = (value) => `\u0000${value}`;

const [file, directory] = process.argv.slice(2);
if (!directory) fail("prepare.mjs EXPERIMENT DIRECTORY");
await cryptoWaitReady();
const experiment = toml.parse(readFileSync(file, "utf8"));
for (const key of Object.keys(experiment)) {
  if (!["validators", "full_nodes", "parameters", "curve", "fleet"].includes(key)) fail(`${file} names ${key}, which means nothing`);
}
const { validators = 4, full_nodes: fullNodes = 0, parameters = {}, curve = {} } = experiment;
const FLEET = { epochs: 1, storage: 3, coverage: 4, presence: 3, sensing: 4, bandwidth: 2, mapping: 2, honest: false };
/** What the agent's `fleet` takes, from and to. */
const BOUNDS = { epochs: [1, 2 ** 32 - 1], storage: [1, 64], coverage: [2, 12], presence: [3, 64], sensing: [4, 16], bandwidth: [0, 16], mapping: [1, 3] };
for (const key of Object.keys(experiment.fleet ?? {})) {
  if (!Object.hasOwn(FLEET, key)) fail(`[fleet] has no ${key}: it has ${Object.keys(FLEET).join(", ")}`);
}
const fleet = { ...FLEET, ...experiment.fleet };
for (const [key, value] of Object.entries(fleet)) {
  const [least, most] = BOUNDS[key] ?? [];
  const fits = BOUNDS[key] ? isCount(value) && value >= least && value <= most : typeof value === "boolean";
  if (!fits) fail(`[fleet] ${key}: ${BOUNDS[key] ? `a whole number from ${least} to ${most}` : "true or false"}`);
}
if (!isCount(fullNodes)) fail("full_nodes: a whole number");
if (!(isCount(validators) && validators >= 1 && validators <= NAMES.length)) fail(`validators: from 1 to ${NAMES.length}`);

mkdirSync(directory, { recursive: true });
const spec = parse(exported("--chain", "local"));
const patch = spec.genesis.runtimeGenesis.patch;
const names = NAMES.slice(0, validators);
const keys = (type) => new Keyring({ type });
const address = (type, name) => keys(type).addFromUri(`//${name[0].toUpperCase()}${name.slice(1)}`).address;
patch.session.keys = names.map((name) => {
  const [sr, ed] = [address("sr25519", name), address("ed25519", name)];
  return [sr, sr, { babe: sr, grandpa: ed, verdict: sr, discovery: sr }];
});
patch.staking.stakers = names.map((name) => [address("sr25519", name), address("sr25519", name), integer(STAKE), "Validator"]);
patch.staking.validatorCount = validators;
// Of well-known accounts those have tokens that the preset knows.
const endowed = new Set(patch.balances.balances.map(([who]) => who));
for (const name of names) {
  const who = address("sr25519", name);
  if (!endowed.has(who)) patch.balances.balances.push([who, integer(10n * STAKE)]);
}
Object.assign(patch.attestation.parameters, renamed(parameters, "parameters", patch.attestation.parameters));
Object.assign(patch.emission.curve, renamed(curve, "curve", patch.emission.curve));
spec.id = "substation_experiment";
spec.name = "Substation Experiment";
writeFileSync(join(directory, "plain.json"), print(spec));
writeFileSync(join(directory, "raw.json"), exported("--chain", join(directory, "plain.json"), "--raw"));

const nodes = [
  ...names.map((name) => [name, true]),
  ...Array.from({ length: fullNodes }, (_, index) => [`full-${index + 1}`, false]),
];
// Tables are made of all blocks' states. What begins with `-:` takes away what zombienet adds: metrics on all interfaces.
const defaults = [
  "-lruntime::attestation=debug",
  `--runtime-cache=${join(directory, "runtimes")}`,
  "--state-pruning=archive",
  "-:--prometheus-external",
];
const port = await freePort();
const url = `ws://127.0.0.1:${port}`;
const flags = ["--url", url, "--epochs", `${fleet.epochs}`, "--storage", `${fleet.storage}`, "--coverage", `${fleet.coverage}`, "--presence", `${fleet.presence}`, "--sensing", `${fleet.sensing}`, "--bandwidth", `${fleet.bandwidth}`, "--mapping", `${fleet.mapping}`];
if (fleet.honest) flags.push("--honest");
for (const name of ["initial", "halving"]) flags.push(`--${name}`, `${patch.emission.curve[name]}`.replace("\u0000", ""));
writeFileSync(join(directory, "fleet.json"), JSON.stringify({ url, flags }));
writeFileSync(
  join(directory, "network.toml"),
  `[settings]
provider = "native"
timeout = 600
node_spawn_timeout = 300

[relaychain]
chain = "substation_experiment"
chain_spec_path = ${JSON.stringify(join(directory, "raw.json"))}
default_command = ${JSON.stringify(node())}
default_args = ${JSON.stringify(defaults)}
${nodes
  .map(([name, validator], index) => {
    const rpc = index === 0 ? `rpc_port = ${port}\n` : "";
    return `\n[[relaychain.nodes]]\nname = "${name}"\nvalidator = ${validator}\n${rpc}keystore_key_types = ["babe_sr", "gran_ed", "verd_sr", "audi_sr"]\n`;
  })
  .join("")}`,
);
console.log(join(directory, "network.toml"));
