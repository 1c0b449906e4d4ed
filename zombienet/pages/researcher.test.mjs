// docs/researcher.md: networks of one's own, with zombienet and with its Rust SDK, to their tables.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { blocks, page } from "../dapps/src/pages.mjs";
import { rpc } from "../dapps/src/network.mjs";
import { until } from "../dapps/src/until.mjs";
import { Shell } from "./shell.mjs";

const started = /alice.*ws(?::|%3A)[^0-9]*127\.0\.0\.1(?::|%3A)([0-9]+)/s;

/** The number of a node's final block. */
async function final(port) {
  return Number((await rpc(port, "chain_getHeader", [await rpc(port, "chain_getFinalizedHead")])).number);
}

/** Waits until no node runs, and nothing of a network is on disk. */
async function nothingLeft() {
  await until(30, "nothing runs", () => new Shell("left", "! pgrep --runstates R,S,D,T --list-full substation-node").done().then(() => true));
  assert.deepEqual((await readdir("/tmp")).filter((name) => /zombie/.test(name)), []);
}

test("a network is started, and ended by Ctrl-C", { timeout: 10 * 60_000 }, async () => {
  const [start] = await blocks("researcher.md", "sh");
  const network = new Shell("start", start);
  await network.writes(started, 400);
  const [, port] = network.output.match(started);
  await until(120, "blocks are final", async () => (await final(port)) > 3);
  await network.interrupt();
  await nothingLeft();
});

/** A table's lines, by the names of its columns. */
async function table(path) {
  const cells = (line) => [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell]) => cell);
  const [head, ...lines] = (await readFile(path, "utf8")).trim().split("\n").map(cells);
  return lines.map((line) => Object.fromEntries(head.map((name, index) => [name, line[index]])));
}

/** Runs the command that gives figures, and looks at them. */
async function figures(command, folder) {
  await new Shell("figures", command).done();
  const fleet = await table(`${folder}/fleet.csv`);
  const made = await table(`${folder}/blocks.csv`);
  assert.ok(fleet.length >= 5 && made.length > 50, `${fleet.length} devices, ${made.length} blocks`);
  assert.ok(fleet.some((device) => BigInt(device.paid) > 0n), "somebody is paid");
  for (const device of fleet) assert.equal(device.paid, device.expected, JSON.stringify(device));
  assert.equal(new Set(made.map(({ author }) => author)).size, 4, "all validators make blocks");
  await nothingLeft();
}

test("figures are got", { timeout: 20 * 60_000 }, async () => {
  await figures((await blocks("researcher.md", "sh"))[1], "/tmp/four");
});

test("figures are got on a network that zombienet's Rust SDK has started", { timeout: 20 * 60_000 }, async () => {
  await figures((await blocks("researcher.md", "sh"))[2], "/tmp/four-sdk");
});

test("scenarios are played", { timeout: 20 * 60_000 }, async () => {
  const [, , , play] = await blocks("researcher.md", "sh");
  const scenario = /scenarios\/[a-z]+\.zndsl/;
  assert.match(play, scenario);
  assert.ok((await page("docs/researcher.md")).includes("`scenarios/`"));
  for (const name of ["blocks", "stopped"]) await new Shell(name, play.replace(scenario, `scenarios/${name}.zndsl`)).done();
  await nothingLeft();
});
