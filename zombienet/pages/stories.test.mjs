// docs/stories.md, on the chain of the README's first command: five stories of service that is sold, from nothing to done.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { blocks } from "../dapps/src/pages.mjs";
import { checkout, runChain, Shell } from "./shell.mjs";

let chain, stories;
before(async () => {
  chain = await runChain();
});
after(async () => {
  await stories?.interrupt();
  await chain?.interrupt();
});

test("packets, bytes, tiles, a vehicle's data and a job", { timeout: 30 * 60_000 }, async () => {
  const [run, ...told] = await blocks("stories.md", "sh");
  assert.equal(run.trim(), runChain.command);
  const recordings = process.env.SUBSTATION_RECORDINGS;
  const frames = recordings ? `${recordings}/radio/helium_ftd_2022-02.ndjson` : `${checkout}zombienet/tests/fixtures/frames.ndjson`;
  // Each block begins where a terminal does, and daemons of one serve the next.
  const script = told.map((block, number) => `cd ${checkout}\n${block.replace("FRAMES", frames)}\necho "block ${number} is done"\n`);
  // Feeders have to have spoken.
  const wait = `cd ${checkout}; source scripts/env.sh\nuntil "$CARGO_TARGET_DIR/debug/substation-agent" credits price | grep --quiet "dollars for a token"; do sleep 3; done\n`;
  stories = new Shell("stories", wait + script.join(""));
  await stories.writes(new RegExp(`block ${told.length - 1} is done`), 1_500);
  console.log(stories.output);
  assert.match(stories.output, /"x402Version":2/);
  assert.match(stories.output, /its owner has granted nothing/);
  // Lines are packets, and each was signed for.
  const lines = (await readFile("/tmp/sold/packets/frames.ndjson", "utf8")).trimEnd().split("\n").length;
  assert.match(stories.output, new RegExp(`By agreement [0-9]+, ${lines} units in all`));
  // Three quarters of half a dollar for the job, and the rest back.
  assert.match(stories.output, /job +delivered 0x/);
  assert.match(stories.output, /came back +\$0\.175000 \(Ruled\)/);
});
