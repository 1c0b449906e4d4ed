// The examples that pages of docs/ show, to be run as they stand.

import { readFile } from "node:fs/promises";

const root = new URL("../../../", import.meta.url);

/** The text of a page, by its path in the project. */
export function page(path) {
  return readFile(new URL(path, root), "utf8");
}

/** The examples in a language that a page of docs/ shows. */
export async function blocks(name, language) {
  const text = await page(`docs/${name}`);
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map(([, code]) => code);
}

/** The node that pages connect to. */
const NODE = "ws://127.0.0.1:9944";

/**
 * Runs examples of a page, as entered into a console that stands in this folder, with some names that are there
 * already; on the node at `url`, if that is not the page's.
 */
export function perform(code, names, url = NODE) {
  const AsyncFunction = (async () => {}).constructor;
  const here = code.replaceAll('import("./', `import("${new URL("zombienet/", root)}`).replaceAll(NODE, url);
  return new AsyncFunction(...Object.keys(names), here)(...Object.values(names));
}
