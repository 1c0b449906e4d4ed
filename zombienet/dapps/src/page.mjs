// The same stories in a page of a browser without a window.

import { build } from "esbuild";
import { createServer } from "node:http";
import { chromium } from "playwright-core";

const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
const HTML = "<!doctype html><meta charset=utf-8><title>Substation</title><script type=module src=bundle.js></script>";

/** A page with `window.substation`, what src/browser.mjs exports. What the page says goes to `log`. */
export async function openPage(log) {
  const { outputFiles } = await build({
    entryPoints: [new URL("browser.mjs", import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    target: "chrome120",
    define: { global: "globalThis" },
    logLevel: "error",
  });
  const server = createServer((request, response) => {
    const script = request.url === "/bundle.js";
    response.setHeader("content-type", script ? "text/javascript" : "text/html");
    response.end(script ? outputFiles[0].contents : HTML);
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const browser = await chromium.launch({ executablePath: BROWSER, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  const page = await browser.newPage();
  const strangers = [];
  page.on("request", (request) => {
    if (!/^(blob|data):|^(http|ws):\/\/127\.0\.0\.1[:/]/.test(request.url())) strangers.push(request.url());
  });
  page.on("console", (message) => log(`page: ${message.text()}`));
  page.on("pageerror", (error) => log(`page: ${error.message}`));
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await page.waitForFunction(() => window.substation !== undefined);
  return {
    page,
    /** Addresses that the page has asked for and that are not on this machine. */
    strangers,
    close: async () => {
      await browser.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
