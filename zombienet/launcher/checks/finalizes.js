// Whether a node finalizes so many more blocks in so many seconds: 1 or 0.

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

async function run(node, networkInfo, [blocks, seconds]) {
  const { wsUri } = networkInfo.nodesByName[node];
  const height = async () => {
    const head = await call(wsUri, "chain_getHeader", [await call(wsUri, "chain_getFinalizedHead", [])]);
    return parseInt(head.number, 16);
  };
  const goal = (await height()) + Number(blocks);
  const end = Date.now() + Number(seconds) * 1000;
  while (Date.now() < end) {
    if ((await height()) >= goal) return 1;
    await new Promise((passed) => setTimeout(passed, 500));
  }
  return 0;
}

module.exports = { run };
