// Whether a node finalizes nothing for so many seconds: 1 or 0.

const { finalizedHash, passed } = require("./rpc.js");

async function run(node, networkInfo, [seconds]) {
  const { wsUri } = networkInfo.nodesByName[node];
  const before = await finalizedHash(wsUri);
  await passed(Number(seconds));
  return (await finalizedHash(wsUri)) === before ? 1 : 0;
}

module.exports = { run };
