// The README's first command, from nothing to a table of who was paid what; and once more, on the chain that it left.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { blocks } from "../dapps/src/pages.mjs";
import { Shell } from "./shell.mjs";

test("two epochs are paid, twice", { timeout: 30 * 60_000 }, async () => {
  const [commands] = await blocks("../README.md", "sh");
  const [run] = commands.split("\n");
  assert.match(run, /^\.\/scripts\/run\.sh --epochs 2 /);
  for (const name of ["first", "second"]) {
    const said = await new Shell(name, run).done();
    assert.ok(said.includes("every honest device got exactly what the published bodies say, and no other got anything"), said);
    console.log(`[readme] ${said.split("\n").slice(-30).join("\n")}`);
  }
  // As if it had been built from other sources since.
  await writeFile(join(process.env.SUBSTATION_CACHE, "run", "runtime.sha256"), "another\n");
  const refused = new Shell("refused", run);
  assert.equal(await refused.ended, 1);
  assert.match(refused.output, /error: the chain in .* began with another runtime .*'--clean' begins it anew/);
});
