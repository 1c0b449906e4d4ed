// What a node is asked over HTTP, on the port of its WebSocket. The checks get this file beside them, so it stands here.

/** Calls the RPC at an address, which may be that of its WebSocket. */
async function call(url, method, params = []) {
  const response = await fetch(url.replace(/^ws/, "http"), {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
  });
  const { result, error } = await response.json();
  if (error) throw new Error(`${method}: ${error.message}`);
  return result;
}

const blockHash = (url, height) => call(url, "chain_getBlockHash", [height]);

const finalizedHash = (url) => call(url, "chain_getFinalizedHead");

async function finalizedHeight(url) {
  const { number } = await call(url, "chain_getHeader", [await finalizedHash(url)]);
  return parseInt(number, 16);
}

const passed = (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000));

module.exports = { blockHash, call, finalizedHash, finalizedHeight, passed };
