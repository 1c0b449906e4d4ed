// A person before a console: whole pages are pasted into a terminal, block after block, without waiting for answers.

import { spawn } from "node:child_process";
import { checkout } from "./shell.mjs";

/** What a terminal shows, without what moves its cursor and colours it. */
const plain = (text) => text.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, "").replaceAll("\r", "");

/** A console in a terminal of its own. */
export class Person {
  #seen = "";

  constructor() {
    const env = { ...process.env, TERM: "xterm", COLUMNS: "200", NODE_REPL_HISTORY: "" };
    // `script` makes the terminal.
    const words = ["--quiet", "--flush", "--return", "--command", "node", "/dev/null"];
    this.child = spawn("script", words, { cwd: `${checkout}zombienet`, env, stdio: ["pipe", "pipe", "inherit"] });
    this.child.stdout.on("data", (bytes) => (this.#seen += bytes));
    this.ended = new Promise((ended) => this.child.once("close", ended));
  }

  /** What the terminal has shown so far. */
  get seen() {
    return plain(this.#seen);
  }

  /** Waits until the terminal shows something. */
  async sees(pattern, seconds) {
    for (const end = Date.now() + seconds * 1_000; !pattern.test(this.seen); ) {
      if (this.child.exitCode !== null || Date.now() > end) throw new Error(`no ${pattern} in:\n${this.seen.slice(-4_000)}`);
      await new Promise((passed) => setTimeout(passed, 500));
    }
  }

  /** Pastes all of `blocks` at once, each twice, and waits until the last is through; gives what was shown. */
  async paste(blocks, seconds) {
    await this.sees(/> $/, 30);
    // In two parts, so that what is typed is not what is answered.
    this.child.stdin.write(`${blocks.map((block) => block + block).join("")}console.log("all of it " + "is through");\n`);
    await this.sees(/^all of it is through$/m, seconds);
    return this.seen;
  }

  /** Ends the console. */
  async leave() {
    this.child.stdin.end(".exit\n");
    return Promise.race([this.ended, new Promise((passed) => setTimeout(passed, 5_000)).then(() => this.child.kill())]);
  }
}
