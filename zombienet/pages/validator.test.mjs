// docs/validator.md, in a copy of this machine that systemd has booted: from the service to leaving.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { Keyring } from "@polkadot/api";
import { binary, Network } from "../dapps/src/network.mjs";
import { blocks, page } from "../dapps/src/pages.mjs";
import { connect, send } from "../dapps/src/story.mjs";
import { until } from "../dapps/src/until.mjs";
import { checkout, Shell } from "./shell.mjs";

const run = promisify(execFile);
const STASH = "//Ferdie";
const bin = binary(".");
let network;
let machine;
/** The process that is the machine's first. */
let init;

/** Does something in the machine, as a user who stands in the checkout. */
function inside(name, script) {
  const start = `cd ${checkout}; export HOME="$(getent passwd 0 | cut -d: -f6)" SUBSTATION_SURI=${STASH}\n`;
  return new Shell(name, start + script, { through: ["nsenter", `--target=${init}`, "--all", "bash", "-euc"] });
}

before(async () => {
  network = await Network.start();
  machine = new Shell("machine", `zombienet/pages/container.sh /tmp/machine ${checkout} ${bin}`, { through: ["unshare", "--mount", "bash", "-c"] });
  init = await until(60, "the machine has booted", async () => {
    if (machine.code !== undefined) throw new Error(machine.output);
    const { stdout } = await run("pgrep", ["--full", "--exact", "/usr/lib/systemd/systemd|/lib/systemd/systemd|/sbin/init"]);
    return stdout.trim().split("\n").at(-1);
  });
  // All that is not this project's may be as it is.
  await until(60, "services can be started", async () => {
    const state = inside("state", "systemctl is-system-running");
    await state.ended;
    return /running|degraded/.test(state.output);
  });
});
after(async () => {
  machine?.child.kill("SIGTERM");
  await network?.stop();
});

test("a validator joins, is paid and leaves", { timeout: 40 * 60_000 }, async () => {
  const [build, install, start, join] = await blocks("validator.md", "sh");
  const table = [...(await page("docs/validator.md")).matchAll(/`(?:substation-agent validator )?([a-z-]+ --commit)`/g)].map(([, command]) => command);
  assert.deepEqual(table, ["rotate-keys --commit", "payout --commit", "chill --commit", "unbond --commit", "withdraw --commit"]);

  // What was built for tests stands in for a release, which takes half an hour.
  assert.match(build, /^scripts\/setup.sh && source scripts\/env.sh\ncargo build --release --locked --workspace --bins --features substation-runtime\/metadata-hash\n/);
  const [, put] = build.match(/\n(sudo install .*)\n$/);
  await inside("put", `export CARGO_TARGET_DIR=${dirname(bin)}; ${put.replace("/release/", "/debug/")}`).done();
  await inside("install", install).done();
  // With boot nodes, so that nobody has to be named.
  await writeFile("/tmp/chain.json", network.spec);
  await new Shell("chain", `cp --no-preserve=all /proc/1/root/tmp/chain.json /proc/${init}/root/etc/substation/chain.json`).done();
  const service = inside("service", start);
  await service.writes(/Idle.*best: #[1-9]/, 180);
  await service.interrupt();

  const api = await connect(network.nodes[0].url);
  const keys = new Keyring({ type: "sr25519" });
  const stash = keys.addFromUri(STASH);
  // There is a fifth place.
  await send(api, api.tx.sudo.sudo(api.tx.staking.setValidatorCount(5)), keys.addFromUri("//Alice"));
  assert.ok(join.includes("export SUBSTATION_SURI=..."), "the page has its reader name a stash");
  const joining = join.replace(/^export SUBSTATION_SURI=.*\n/, "").replace("ADDRESS", stash.address);
  console.log(`[validator] ${await inside("join", joining).done()}`);
  const status = async () => JSON.parse(await inside("status", `substation-agent validator status ${stash.address} --json`).done());
  assert.equal((await status()).commission, 10);
  await until(600, "it is elected and judges", async () => {
    const { elected, judges, points } = await status();
    return elected && judges && points > 0;
  });
  const { era, bonded } = await status();
  console.log(`[validator] it judges, era ${era}`);
  const [rotate, payout, ...leave] = table.map((command) => `substation-agent validator ${command}`);
  const keysOf = async () => JSON.stringify(await api.query.session.nextKeys(stash.address));
  const before = await keysOf();
  await inside("rotate-keys", rotate).done();
  assert.notEqual(await keysOf(), before, "the keys are others");
  await until(300, "the era has ended", async () => (await status()).era > era);
  await inside("payout", payout).done();
  assert.ok(BigInt((await status()).bonded) > BigInt(bonded), "it was paid");
  for (const command of leave) console.log(`[validator] ${await inside("leave", command).done()}`);
  const left = await status();
  assert.equal(left.bonded, "0");
  assert.equal(left.commission, null);
  assert.ok(BigInt(left.unbonding) > 5_000n * 10n ** 12n, "it is not over: there is nothing yet to withdraw");

  const property = async (name) => (await inside(name, `systemctl show substation-node --property=${name} --value`).done()).trim();
  assert.equal(await property("NRestarts"), "0", "the service has fallen over");
  // The service is enabled, ends cleanly, and comes back.
  await inside("stop", "systemctl is-enabled substation-node; systemctl stop substation-node").done();
  assert.equal(await property("Result"), "success");
  await inside("restart", "systemctl start substation-node").done();
  const again = inside("again", "journalctl --follow --since=now --unit substation-node");
  await again.writes(/Idle.*best: #[1-9]/, 180);
  await again.interrupt();
  await api.disconnect();
});
