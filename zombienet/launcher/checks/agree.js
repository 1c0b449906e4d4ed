// Whether all nodes have the same final block at a height: 1 or 0.

async function call(url, method, params) {
  const response = await fetch(url.replace(/^ws/, "http"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

async function run(_node, networkInfo, [height]) {
  const hashes = new Set();
  for (const { wsUri } of Object.values(networkInfo.nodesByName)) {
    for (;;) {
      const head = await call(wsUri, "chain_getHeader", [await call(wsUri, "chain_getFinalizedHead", [])]);
      if (parseInt(head.number, 16) >= Number(height)) break;
      await new Promise((passed) => setTimeout(passed, 500));
    }
    hashes.add(await call(wsUri, "chain_getBlockHash", [Number(height)]));
  }
  return hashes.size === 1 && !hashes.has(null) ? 1 : 0;
}

module.exports = { run };
