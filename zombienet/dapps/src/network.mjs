// Nodes of the `local` chain and the agent's daemons, on free ports of this machine.

import { execFile, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { call } from "../../launcher/checks/rpc.js";
import { until } from "./until.mjs";

const run = promisify(execFile);

/** The validators of the `local` preset. */
export const VALIDATORS = ["alice", "bob", "charlie", "dave"];

/** The path of a binary of this project. */
export function binary(name) {
  const target = process.env.CARGO_TARGET_DIR;
  if (!target) throw new Error("CARGO_TARGET_DIR is not set: run scripts/dapps.sh");
  return join(target, "debug", name);
}

const given = new Set();

/** A port on loopback that nobody listens on, and that was not given to anybody before. */
export async function freePort() {
  for (;;) {
    const server = createServer();
    await new Promise((listening, failed) => server.once("error", failed).listen(0, "127.0.0.1", listening));
    const { port } = server.address();
    await new Promise((closed) => server.close(closed));
    if (given.has(port)) continue;
    given.add(port);
    return port;
  }
}

/** Calls the RPC that listens on a port of this machine, over HTTP. */
export const rpc = (port, method, params) => call(`http://127.0.0.1:${port}`, method, params);

/** Validators that know each other, and listen for light clients. */
export class Network {
  #processes = [];

  /** Ctrl-C leaves nothing behind either. */
  #interrupted = () => this.stop().finally(() => process.exit(130));

  /** Starts four validators and waits until they answer. The first reports to a telemetry server, if one is given. */
  static async start({ telemetry } = {}) {
    const network = new Network();
    network.telemetry = telemetry;
    network.folder = await mkdtemp(join(tmpdir(), "substation-dapps-"));
    process.once("SIGINT", network.#interrupted);
    try {
      await network.#launch();
    } catch (error) {
      await network.stop();
      throw error;
    }
    return network;
  }

  async #launch() {
    const node = binary("substation-node");
    const spec = join(this.folder, "raw.json");
    const options = { maxBuffer: 64 << 20 };
    const { stdout } = await run(node, ["export-chain-spec", "--chain=local", "--raw"], options);
    await writeFile(spec, stdout);
    const nodes = [];
    for (const [index, name] of VALIDATORS.entries()) {
      const key = (index + 1).toString(16).padStart(64, "0");
      const keyFile = join(this.folder, `${name}.key`);
      await writeFile(keyFile, key);
      const { stdout: id } = await run(node, ["key", "inspect-node-key", "--file", keyFile]);
      const [p2p, ws, rpc, metrics] = [await freePort(), await freePort(), await freePort(), await freePort()];
      nodes.push({ name, key, id: id.trim(), p2p, ws, rpc, metrics });
    }
    this.nodes = nodes.map((one) => ({
      name: one.name,
      url: `ws://127.0.0.1:${one.rpc}`,
      metrics: `127.0.0.1:${one.metrics}`,
      light: `/ip4/127.0.0.1/tcp/${one.ws}/ws/p2p/${one.id}`,
    }));
    this.spec = JSON.stringify({ ...JSON.parse(stdout), bootNodes: this.nodes.map((one) => one.light) });
    for (const one of nodes) {
      const peers = nodes.filter((other) => other !== one);
      this.#spawn(one.name, node, [
        `--chain=${spec}`,
        "--validator",
        `--${one.name}`,
        `--base-path=${join(this.folder, one.name)}`,
        `--runtime-cache=${join(this.folder, "runtimes")}`,
        `--node-key=${one.key}`,
        `--listen-addr=/ip4/127.0.0.1/tcp/${one.p2p}`,
        `--listen-addr=/ip4/127.0.0.1/tcp/${one.ws}/ws`,
        `--rpc-port=${one.rpc}`,
        `--prometheus-port=${one.metrics}`,
        "--rpc-cors=all",
        "--no-mdns",
        this.telemetry && one === nodes[0] ? `--telemetry-url=${this.telemetry} 0` : "--no-telemetry",
        ...peers.map((peer) => `--reserved-nodes=/ip4/127.0.0.1/tcp/${peer.p2p}/p2p/${peer.id}`),
      ]);
      // The first compiles the runtime, which the others then find.
      await until(240, `${one.name} answers`, () => this.rpc("system_health", [], one.rpc));
    }
  }

  /** Calls a node's RPC over HTTP: the first node's unless a port is given. */
  rpc(method, params = [], port = new URL(this.nodes[0].url).port) {
    return rpc(port, method, params);
  }

  #spawn(name, command, parameters, env = {}) {
    const log = createWriteStream(join(this.folder, `${name}.log`), { flags: "a" });
    const child = spawn(command, parameters, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.pipe(log);
    child.stderr.pipe(log);
    child.ended = new Promise((ended) => child.once("close", ended));
    this.#processes.push(child);
    return child;
  }

  /** Starts Prometheus as deploy/ sets it up, but for all nodes; gives its address. */
  async prometheus() {
    const deploy = new URL("../../../deploy/prometheus/", import.meta.url);
    const folder = join(this.folder, "prometheus");
    await mkdir(folder);
    await copyFile(new URL("alerts.yml", deploy), join(folder, "alerts.yml"));
    const config = await readFile(new URL("prometheus.yml", deploy), "utf8");
    const targets = JSON.stringify(this.nodes.map((node) => node.metrics));
    const changed = config.replace('["127.0.0.1:9615"]', targets);
    if (changed === config) throw new Error("prometheus.yml names no target on this machine");
    await writeFile(join(folder, "prometheus.yml"), changed);
    await run("promtool", ["check", "config", join(folder, "prometheus.yml")]);
    // Alerts ring on nodes that are ill; this network is not to be.
    await run("promtool", ["test", "rules", new URL("alerts.test.yml", deploy).pathname]);
    const address = `127.0.0.1:${await freePort()}`;
    this.#spawn("prometheus", "prometheus", [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      `--web.listen-address=${address}`,
    ]);
    const url = `http://${address}`;
    await until(60, "Prometheus is ready", async () => (await fetch(`${url}/-/ready`)).ok);
    return url;
  }

  /** Runs one of the agent's commands to its end and gives what it prints as JSON. */
  async agent(suri, ...parameters) {
    const env = { ...process.env, SUBSTATION_SURI: suri };
    const { stdout } = await run(binary("substation-agent"), [...parameters, "--json"], { env });
    return stdout ? JSON.parse(stdout) : undefined;
  }

  /** Starts the fleet of scripts/run.sh, for so many epochs; `ended` is its exit code. */
  fleet(epochs) {
    const data = new URL("../../../docs", import.meta.url).pathname;
    const { url } = this.nodes[3];
    return this.#spawn("fleet", binary("substation-agent"), ["fleet", "--url", url, "--epochs", `${epochs}`, "--data", data, "--commit"]);
  }

  /** Starts an aggregator's daemon. `device` is then what a device's daemon needs to hand it reports. */
  async aggregator(name, suri) {
    const folder = join(this.folder, name);
    await mkdir(join(folder, "data"), { recursive: true });
    await writeFile(join(folder, "data", "file"), Buffer.alloc(1_000_000, name));
    const publisher = join(folder, "publisher.key");
    await this.agent(suri, "init", publisher, "--scheme", "sr25519");
    await this.agent(suri, "init", join(folder, "device.key"));
    const { seed } = JSON.parse(await readFile(join(folder, "device.key"), "utf8"));
    const listen = `127.0.0.1:${await freePort()}`;
    const { url } = this.nodes[1];
    const env = { SUBSTATION_SURI: suri };
    const daemon = this.#spawn(
      `${name}-aggregator`,
      binary("substation-agent"),
      ["aggregator", "--network", "1", "--publisher", publisher, "--archive", join(folder, "gathered"),
        "--listen", listen, "--url", url, "--commit"],
      env,
    );
    return {
      /** The device's secret seed, in hexadecimal digits. */
      seed,
      /** What the device stores. */
      data: await readFile(join(folder, "data", "file")),
      /** Starts the device's daemon, for three reports. */
      report: () =>
        this.#spawn(`${name}-device`, binary("substation-agent"), ["device", "--key", join(folder, "device.key"),
          "--network", "1", "--data", join(folder, "data"), "--aggregator", `http://${listen}`, "--url", url,
          "--archive", join(folder, "kept"), "--reports", "3", "--commit"], env),
      /** Ends the aggregator's daemon, which would claim by itself. */
      stop: async () => {
        daemon.kill();
        await daemon.ended;
      },
    };
  }

  /** Starts the data server of a device whose data a service at `behind` hands out; gives its address. */
  async share(device, behind) {
    const listen = `127.0.0.1:${await freePort()}`;
    this.#spawn("share", binary("substation-agent"), ["share", "--device", device, "--serve", behind, "--scope", "/trips=history",
      "--listen", listen, "--url", this.nodes[3].url]);
    const server = `http://${listen}`;
    await until(90, "the data server answers", () => fetch(server).then(() => true, () => false));
    return server;
  }

  /** Ends everything that was started, and removes what it has written. */
  async stop() {
    for (const child of this.#processes) child.kill("SIGKILL");
    await Promise.all(this.#processes.map((child) => child.ended));
    process.off("SIGINT", this.#interrupted);
    if (process.env.SUBSTATION_KEEP) console.log(`logs are kept in ${this.folder}`);
    else await rm(this.folder, { recursive: true, force: true });
  }
}
