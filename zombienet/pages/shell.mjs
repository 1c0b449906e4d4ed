// Commands as pages show them, done by a shell.

import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { until } from "../dapps/src/until.mjs";

/** Where a new user stands: the checkout. */
export const checkout = new URL("../../", import.meta.url).pathname;

/** Something that a shell does. */
export class Shell {
  /** What it has written so far. */
  output = "";

  /**
   * Starts a script; what it writes is told as `name`'s. `through` is a command that gets it as its last
   * argument: bash unless told otherwise.
   */
  constructor(name, script, { through = ["bash", "-euc"], env = {} } = {}) {
    this.name = name;
    const [command, ...parameters] = through;
    // A group of its own, which ends as Ctrl-C ends what stands in front.
    this.child = spawn(command, [...parameters, script], {
      cwd: checkout, detached: true, env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"],
    });
    const log = createWriteStream(`/tmp/${name}.log`);
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on("data", (bytes) => {
        this.output += bytes;
        log.write(bytes);
      });
    }
    /** Its exit code. */
    this.ended = new Promise((ended) => this.child.once("close", (code, signal) => ended(code ?? signal)));
    this.ended.then((code) => (this.code = code));
  }

  /** Waits until it has written something; fails if it ends without. */
  async writes(pattern, seconds) {
    const there = () => pattern.test(this.output);
    await until(seconds, `${this.name} writes ${pattern}`, async () => there() || this.code !== undefined).catch((error) => {
      throw new Error(`${error.message}\n${this.output.slice(-4_000)}`);
    });
    if (!there()) throw new Error(`${this.name} has ended with ${this.code} before:\n${this.output.slice(-4_000)}`);
  }

  /** Waits until it has done its work; gives what it wrote. */
  async done() {
    const code = await this.ended;
    if (code !== 0) throw new Error(`${this.name} has ended with ${code}:\n${this.output.slice(-4_000)}`);
    return this.output;
  }

  /** Ends it as Ctrl-C does. */
  async interrupt() {
    try {
      process.kill(-this.child.pid, "SIGINT");
    } catch {
      // It has ended.
    }
    return this.ended;
  }
}

/** The chain of the README's first command, without an end, and its fleet. */
export async function runChain() {
  const chain = new Shell("run", runChain.command);
  await chain.writes(/starting the fleet/, 900);
  return chain;
}
runChain.command = "scripts/run.sh";
