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

/** Runs examples of a page with the names that it says are there. */
export function perform(code, names) {
  const AsyncFunction = (async () => {}).constructor;
  return new AsyncFunction(...Object.keys(names), code)(...Object.values(names));
}
