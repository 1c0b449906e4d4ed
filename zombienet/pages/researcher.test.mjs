// docs/researcher.md: networks of one's own, with zombienet and with its Rust SDK, to their tables.

import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import toml from "toml";
import { blocks, page } from "../dapps/src/pages.mjs";
import { rpc } from "../dapps/src/network.mjs";
import { connect } from "../dapps/src/story.mjs";
import { until } from "../dapps/src/until.mjs";
import { views } from "../dapps/src/views.mjs";
import { finalizedHeight } from "../launcher/checks/rpc.js";
import { checkout, Shell } from "./shell.mjs";

const started = /alice.*ws(?::|%3A)[^0-9]*127\.0\.0\.1(?::|%3A)([0-9]+)/s;

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
  await until(120, "blocks are final", async () => (await finalizedHeight(`http://127.0.0.1:${port}`)) > 3);
  await network.interrupt();
  await nothingLeft();
});

/** A table's lines, by the names of its columns. */
async function table(path) {
  const cells = (line) => [...line.matchAll(/(?:^|,)("(?:[^"]|"")*"|[^,]*)/g)].map(([, cell]) => cell);
  const [head, ...lines] = (await readFile(path, "utf8")).trim().split("\n").map(cells);
  return lines.map((line) => Object.fromEntries(head.map((name, index) => [name, line[index]])));
}

const experiments = `${checkout}/zombienet/launcher/experiments`;

/** Connects to the network that is being started, as soon as it answers. */
async function answering() {
  const url = await until(400, "a network is prepared", async () => {
    const folder = (await readdir("/tmp")).find((name) => name.startsWith("substation-zombienet-"));
    const text = folder && (await readFile(`/tmp/${folder}/fleet.json`, "utf8").catch(() => undefined));
    return text && JSON.parse(text).url;
  });
  await until(400, "it answers", () => rpc(new URL(url).port, "system_health").then(() => true, () => false));
  return connect(url);
}

/** Runs the command that gives figures; looks at the chain on the way, and at the figures. */
async function figures(command, folder) {
  const [file] = command.match(/[a-z]+[.]toml/);
  const wanted = toml.parse(await readFile(`${experiments}/${file}`, "utf8"));
  const network = new Shell("figures", command);
  const api = await Promise.race([answering(), network.ended.then((code) => assert.fail(`it ended with ${code}:\n${network.output.slice(-2_000)}`))]);
  try {
    const { epochClock } = (await views(api)).attestation;
    const { record } = (await until(300, "an epoch is open", async () => (await epochClock()).unwrapOr(undefined)));
    const curve = await api.query.emission.issuanceCurve();
    // What the file says is what the chain goes by.
    for (const [section, there] of [["parameters", record.parameters], ["curve", curve]]) {
      for (const [key, value] of Object.entries(wanted[section])) {
        const camel = key.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
        assert.equal(there[camel].toString(), `${value}`, `[${section}] ${key}`);
      }
    }
    assert.equal((await api.query.session.validators()).length, wanted.validators);
  } finally {
    await api.disconnect();
  }
  await network.done();
  const fleet = await table(`${folder}/fleet.csv`);
  const made = await table(`${folder}/blocks.csv`);
  const { storage, coverage, honest } = wanted.fleet;
  assert.equal(fleet.filter(({ manner }) => manner === "honest").length, storage + coverage);
  assert.equal(fleet.length > storage + coverage, !honest, "others cheat");
  assert.ok(made.length > 50, `${made.length} blocks`);
  assert.ok(fleet.some((device) => BigInt(device.paid) > 0n), "somebody is paid");
  for (const device of fleet) assert.equal(device.paid, device.expected, JSON.stringify(device));
  assert.equal(new Set(made.map(({ author }) => author)).size, wanted.validators, "all validators make blocks");
  await nothingLeft();
}

test("figures are got", { timeout: 20 * 60_000 }, async () => {
  await figures((await blocks("researcher.md", "sh"))[1], "/tmp/four");
});

test("figures are got on a network that zombienet's Rust SDK has started", { timeout: 20 * 60_000 }, async () => {
  await figures((await blocks("researcher.md", "sh"))[2], "/tmp/seven");
});

test("an experiment that means nothing is refused, with the reason, and nothing starts", { timeout: 10 * 60_000 }, async () => {
  const [start] = await blocks("researcher.md", "sh");
  const shown = await blocks("researcher.md", "toml");
  assert.deepEqual(shown, [await readFile(`${experiments}/seven.toml`, "utf8")]);
  for (const [text, reason] of [
    ["[parameters]\ncomittee = 4", /has no comittee: it has .*commitBlocks, committee, /],
    ["[parameters]\ncommittee = 4.5", /committee: a whole number/],
    ["[curve]\ninitial = 1_000_000_000_000_000_000_000", /initial: a whole number, in quotes/],
    ["[parameters]\ncommittee = 17", /the node makes no chain of .*parameters contradict each other/s],
    ["[fleet]\ndevices = 4", /has no devices: it has epochs, /],
    ["[fleet]\nepochs = 0", /epochs: a whole number from 1 /],
    ["[fleet]\ncoverage = 13", /coverage: a whole number from 2 to 12/],
    ["validator = 4", /names validator, which means nothing/],
  ]) {
    await writeFile("/tmp/odd.toml", text);
    const odd = new Shell("odd", start.replace(/\S+[.]toml/, "/tmp/odd.toml"));
    await assert.rejects(odd.done(), reason);
  }
  await nothingLeft();
});

test("scenarios are played", { timeout: 30 * 60_000 }, async () => {
  const [, , , play] = await blocks("researcher.md", "sh");
  const scenario = /scenarios\/[a-z]+\.zndsl/;
  assert.match(play, scenario);
  assert.ok((await page("docs/researcher.md")).includes("`scenarios/`"));
  const experiment = /experiments\/[a-z]+\.toml/;
  assert.match(play, experiment);
  for (const [validators, name] of [["four", "blocks"], ["four", "stopped"], ["seven", "seven"]]) {
    const command = play.replace(experiment, `experiments/${validators}.toml`).replace(scenario, `scenarios/${name}.zndsl`);
    await new Shell(name, command).done();
  }
  await nothingLeft();
});
