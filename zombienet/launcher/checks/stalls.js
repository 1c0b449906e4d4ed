// Whether a node finalizes nothing for so many seconds: 1 or 0.

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

async function run(node, networkInfo, [seconds]) {
  const { wsUri } = networkInfo.nodesByName[node];
  const before = await call(wsUri, "chain_getFinalizedHead", []);
  await new Promise((passed) => setTimeout(passed, Number(seconds) * 1000));
  return (await call(wsUri, "chain_getFinalizedHead", [])) === before ? 1 : 0;
}

module.exports = { run };
