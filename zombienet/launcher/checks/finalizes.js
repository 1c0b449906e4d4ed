// Whether a node finalizes so many more blocks in so many seconds: 1 or 0.

const { finalizedHeight, passed } = require("./rpc.js");

async function run(node, networkInfo, [blocks, seconds]) {
  const { wsUri } = networkInfo.nodesByName[node];
  const goal = (await finalizedHeight(wsUri)) + Number(blocks);
  const end = Date.now() + Number(seconds) * 1000;
  while (Date.now() < end) {
    if ((await finalizedHeight(wsUri)) >= goal) return 1;
    await passed(0.5);
  }
  return 0;
}

module.exports = { run };
