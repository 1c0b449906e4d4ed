// Whether all nodes have the same final block at a height: 1 or 0.

const { blockHash, finalizedHeight, passed } = require("./rpc.js");

async function run(_node, networkInfo, [height]) {
  const hashes = new Set();
  for (const { wsUri } of Object.values(networkInfo.nodesByName)) {
    while ((await finalizedHeight(wsUri)) < Number(height)) await passed(0.5);
    hashes.add(await blockHash(wsUri, Number(height)));
  }
  return hashes.size === 1 && !hashes.has(null) ? 1 : 0;
}

module.exports = { run };
