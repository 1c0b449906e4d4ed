// The pages whose examples go into a console, as a person uses them: pasted whole, nothing waited for, each block twice.

import assert from "node:assert/strict";
import { inspect } from "node:util";
import { after, before, describe, test } from "node:test";
import { Sent, wait } from "../dapps/src/console.mjs";
import { blocks } from "../dapps/src/pages.mjs";
import { Person } from "./person.mjs";
import { runChain } from "./shell.mjs";

test("what is sent is answered in a line", () => {
  const event = (section, method, data) => ({ section, method, data });
  const sent = new Sent({ events: [event("balances", "Withdraw", []), event("democracy", "Proposed", [7]), event("system", "ExtrinsicSuccess", [])] });
  assert.equal(inspect(sent), "done democracy.Proposed");
  assert.deepEqual(sent.event("Proposed"), [7]);
  assert.equal(sent.event("Seconded"), undefined);
  const refused = new Sent({ refusal: "democracy.ValueLow: Value too low" });
  assert.equal(inspect(refused), "refused: democracy.ValueLow: Value too low");
  assert.equal(refused.event("Proposed"), undefined);
});

test("what is waited for is said once, and given when it is there", async () => {
  const said = [];
  let left = 3;
  const value = await wait("it is there", async () => left-- === 0 && "it", { say: (text) => said.push(text), pause: 1 });
  assert.equal(value, "it");
  assert.deepEqual(said, ["waiting until it is there"]);
});

test("no page binds a name that a second paste cannot bind again", async () => {
  for (const name of ["voter.md", "consumer.md", "dapp.md"]) {
    for (const code of await blocks(name, "js")) assert.doesNotMatch(code, /^(const|let|class) /m, name);
  }
});

describe("on the chain of the README's first command", { concurrency: true, timeout: 60 * 60_000 }, () => {
  let chain;
  before(async () => {
    chain = await runChain();
  });
  after(() => chain?.interrupt());

  for (const [name, minutes, shown] of [
    ["voter.md", 50, [/^done contribution\.Enlisted/m, /^referendum [0-9]+: /m, /^done democracy\.Voted/m, /^done democracy\.Undelegated/m]],
    ["consumer.md", 40, [/^[0-9]+ of 20000 are delivered/m, /^[0-9]+ planck came back/m, /^[0-9]+ planck came to the seller/m, /^[0-9]+ credits came back/m]],
    ["dapp.md", 20, [/^epoch [0-9]+, block [0-9]+: commits until/m, /^a member of network /m, /can claim for /m]],
  ]) {
    test(`docs/${name} is pasted whole`, async () => {
      const person = new Person();
      try {
        const seen = await person.paste(await blocks(name, "js"), minutes * 60);
        console.log(`[${name}] ${seen.split("\n").filter((line) => !/^(>|\.\.\.) /.test(line)).join("\n")}`);
        for (const wrong of [/Uncaught/, /has already been declared/, /is not iterable/, /undefined is not/]) assert.doesNotMatch(seen, wrong);
        for (const right of shown) assert.match(seen, right);
        const longest = Math.max(...seen.split("\n").map((line) => line.length));
        assert.ok(longest < 1_000, `a line has ${longest} letters`);
      } finally {
        await person.leave();
      }
    });
  }
});
