// What a dApp does on this chain, with polkadot.js as it is published: it connects, reads, signs, pools stake, registers a
// device, watches its evidence settle, claims for it, proposes, votes and delegates. Node runs it as it stands, a
// page as it is bundled.

import { ApiPromise, Keyring, WsProvider } from "@polkadot/api";
import { hexToU8a, u8aToHex } from "@polkadot/util";
import { cryptoWaitReady } from "@polkadot/util-crypto";
import { readBodies } from "./bodies.mjs";
import { until } from "./until.mjs";
import { views } from "./views.mjs";
import { dataSet, deviceId, registration } from "./wire.mjs";

const STN = 10n ** 12n;
/** The network of the `local` preset whose devices store data. */
const STORAGE = 1;

function check(condition, what) {
  if (!condition) throw new Error(what);
}

/** Connects to a node's RPC. */
export async function connect(url) {
  await cryptoWaitReady();
  return ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true });
}

/**
 * Signs and sends; gives the events once the transaction is in a block, and fails as it does. A block that was replaced
 * may bring the account's last transaction back into the pool just when this one takes its place: it is sent again then.
 */
export async function send(api, transaction, signer, options = {}) {
  for (let left = 3; ; left--) {
    try {
      return await sendOnce(api, transaction, signer, options);
    } catch (error) {
      if (left === 0 || !error.message.startsWith("1014: Priority is too low")) throw error;
      await new Promise((passed) => setTimeout(passed, 2_000));
    }
  }
}

function sendOnce(api, transaction, signer, options) {
  return new Promise((included, failed) => {
    let unsubscribe = () => {};
    transaction
      .signAndSend(signer, { nonce: -1, ...options }, ({ status, events, dispatchError, isError }) => {
        if (isError) failed(new Error(`the pool answers ${status.type}`));
        if (!status.isInBlock && !status.isFinalized) return;
        unsubscribe();
        if (!dispatchError) return included(events.map(({ event }) => event));
        if (!dispatchError.isModule) return failed(new Error(dispatchError.toString()));
        const { section, name, docs } = api.registry.findMetaError(dispatchError.asModule);
        failed(new Error(`${section}.${name}: ${docs.join(" ")}`));
      })
      .then((stop) => (unsubscribe = stop), failed);
  });
}

/** The data of the first event of this name among `events`. */
export function event(events, section, method) {
  const found = events.find((one) => one.section === section && one.method === method);
  check(found, `no ${section}.${method} among ${events.map((one) => `${one.section}.${one.method}`)}`);
  return found.data;
}

/** Whether `promise` fails with an error that says `text`. */
export async function refused(promise, text) {
  const error = await promise.then(() => undefined, (error) => error);
  check(error, `what should be refused with ${text} was done`);
  check(error.message.includes(text), `refused, but not with ${text}: ${error.message}`);
}

/**
 * The whole story.
 *
 * - `url`: a node's RPC address.
 * - `owner`, `friend`, `aggregator`: secret URIs of three accounts that hold tokens.
 * - `seed`, `data`: the device's secret seed and what it stores, both in hexadecimal digits.
 * - `report()`, `stop()`: have the device report; end the aggregator, which would claim.
 * - `log(text)`: takes what happens.
 */
export async function story({ url, owner, friend, aggregator, seed, data, report, stop, log }) {
  const api = await connect(url);
  try {
    const keys = new Keyring({ type: "sr25519" });
    const accounts = [owner, friend, aggregator].map((uri) => keys.addFromUri(uri));
    await read(api, accounts[0], log);
    await transfer(api, accounts, log);
    await pool(api, accounts, log);
    const governed = govern(api, accounts, log);
    // Whatever fails first is what is told.
    governed.catch(() => {});
    await earn(api, accounts, { url, seed, data, report, stop }, log);
    await governed;
  } finally {
    await api.disconnect();
  }
}

async function read(api, owner, log) {
  check(api.registry.chainDecimals[0] === 12, "the token has twelve decimals");
  check(api.registry.chainTokens[0] === "STN", "the token is STN");
  const { data: { free } } = await api.query.system.account(owner.address);
  check(free.toBigInt() > 1000n * STN, `${owner.address} holds ${free}`);
  const clock = (await (await views(api)).attestation.epochClock()).unwrap();
  check(clock.epoch.toNumber() >= 0 && clock.record.parameters.sealClose.toNumber() > 0, "the epoch's clock is read");
  const heads = [];
  const stop = await api.rpc.chain.subscribeFinalizedHeads((head) => heads.push(head.number.toNumber()));
  await until(180, "three blocks are finalized", () => heads.length >= 3 && heads.at(-1) > heads[0]);
  stop();
  log(`read: epoch ${clock.epoch}, finalized block ${heads.at(-1)}`);
}

async function transfer(api, [owner, friend], log) {
  const before = (await api.query.system.account(friend.address)).data.free.toBigInt();
  const events = await send(api, api.tx.balances.transferKeepAlive(friend.address, 3n * STN), owner);
  check(event(events, "balances", "Transfer")[2].toBigInt() === 3n * STN, "three tokens are sent");
  const after = (await api.query.system.account(friend.address)).data.free.toBigInt();
  check(after - before === 3n * STN, `${friend.address} got ${after - before}`);
  await refused(send(api, api.tx.balances.transferKeepAlive(friend.address, 10n ** 30n), owner), "Underflow");
  log("signed: three tokens were sent");
}

/** What dashboards of staking do: one makes a pool that nominates a validator, another joins it with little. */
async function pool(api, [owner, friend], log) {
  const roles = [owner.address, owner.address, owner.address];
  const made = await send(api, api.tx.nominationPools.create(100n * STN, ...roles), owner);
  const id = event(made, "nominationPools", "Created").poolId.toNumber();
  const [validator] = await api.query.session.validators();
  await send(api, api.tx.nominationPools.nominate(id, [validator]), owner);
  const join = (amount) => send(api, api.tx.nominationPools.join(amount, id), friend);
  await refused(join(STN - 1n), "nominationPools.MinimumBondNotMet");
  event(await join(5n * STN), "nominationPools", "Bonded");
  const { nominationPoolsApi: pools, stakingApi } = api.call;
  const sums = [await pools.memberTotalBalance(friend.address), await pools.poolBalance(id), await pools.pendingRewards(friend.address)];
  check(`${sums.map((sum) => sum.toBigInt())}` === `${[5n * STN, 105n * STN, 0n]}`, `a pool holds ${sums}`);
  check((await stakingApi.nominationsQuota(100n * STN)).toNumber() === 16, "sixteen may be nominated");
  log(`pooled: ${friend.address} has stake in pool ${id}`);
}

async function earn(api, [owner, , aggregator], { url, seed, data, report, stop }, log) {
  const pair = new Keyring({ type: "ed25519" }).addFromSeed(hexToU8a(seed));
  const device = deviceId(pair.publicKey);
  const all = await views(api);
  await until(180, "the aggregator is registered", async () => (await all.attestation.aggregator(aggregator.address)).isSome);
  const expires = (await api.rpc.chain.getHeader()).number.toNumber() + 50;
  const message = registration(api.genesisHash.toU8a(), owner.publicKey, STORAGE, expires);
  const register = (signature) =>
    api.tx.devices.register({ Ed25519: pair.publicKey }, { expires, signature }, STORAGE, aggregator.address, 50_000, null);
  await refused(send(api, register(new Uint8Array(64)), owner), "devices.BadProof");
  const calls = [register(pair.sign(message)), api.tx.devices.commitDataSet(device, dataSet(hexToU8a(data)))];
  event(await send(api, api.tx.utility.batchAll(calls), owner), "devices", "Registered");
  const view = (await all.devices.device(device)).unwrap();
  check(view.owner.toString() === owner.address, "the device is its owner's");
  const document = JSON.parse((await all.devices.didDocument(device)).unwrap().toUtf8());
  check(document.id.startsWith("did:"), `a DID document: ${JSON.stringify(document)}`);
  log(`registered: ${document.id}`);

  // Its daemon reads what is final.
  await until(180, "the registration is final", async () => {
    const final = await api.at(await api.rpc.chain.getFinalizedHead());
    return (await final.query.devices.devices(device)).isSome;
  });
  await report();
  // Its evidence: the aggregator's batch is committed to, judged and settled.
  const { epoch, batch } = await until(400, "the device's batch is committed to", async () => {
    const now = (await all.attestation.epochClock()).unwrap().epoch.toNumber();
    for (let epoch = now; epoch >= 0 && epoch > now - 4; epoch--) {
      for (const [batch, row] of await all.attestation.batches(epoch)) {
        if (row.aggregator.toString() === aggregator.address) return { epoch, batch };
      }
    }
  });
  log(`committed: batch ${batch} of epoch ${epoch}`);
  await until(200, "the batch is settled", async () => {
    const { state } = (await all.attestation.batch(epoch, batch)).unwrap();
    check(!state.isUnavailable && !state.isExpired, `the batch ends as ${state}`);
    return state.isSettled;
  });
  const judges = (await all.attestation.drawn(epoch, "Committee", batch)).unwrap();
  check(judges.length > 0, "somebody was drawn to judge it");
  log(`settled, judged by ${judges}`);
  await stop();
  // Anybody can claim once the epoch is frozen, with what the chain makes of the bodies, and pays owners.
  const row = (await all.attestation.batch(epoch, batch)).unwrap();
  const claimable = (await all.attestation.claimable(epoch, batch, await readBodies(api, url, epoch, row))).unwrap();
  const claims = claimable.map(({ number, element, path, leaves }) =>
    api.tx.emission.claimChunk(epoch, batch, number, element, path, leaves),
  );
  check(claims.length > 0, "there is something to claim");
  await refused(send(api, claims[0], aggregator), "NotFrozen");
  const schedules = await all.attestation.schedules();
  const [, { freeze }] = schedules.find(([number]) => number.toNumber() === epoch);
  await until(400, "the epoch is frozen", async () => (await all.attestation.epochClock()).unwrap().epoch.gte(freeze));
  let paid = 0n;
  for (const claim of claims) {
    const events = await send(api, claim, aggregator);
    for (const { section, method, data } of events) {
      if (section === "emission" && method === "Paid" && data.owner.toString() === owner.address) paid += data.amount.toBigInt();
    }
  }
  check(paid > 0n, "the owner is paid");
  log(`claimed: ${paid} planck`);
  // The block that it was in may be replaced, and then it is in another.
  await until(60, "the epoch is marked as paid", async () => (await all.devices.isPaid(STORAGE, device, epoch)).isTrue);
  await refused(send(api, claims[0], aggregator), "emission.");
}

async function govern(api, [owner, friend], log) {
  const call = api.tx.system.remark(owner.address).method;
  const preimage = call.toHex();
  await send(api, api.tx.preimage.notePreimage(preimage), friend);
  const lookup = { Lookup: { hash: call.hash.toHex(), len: call.encodedLength } };
  await refused(send(api, api.tx.democracy.propose(lookup, 1n), friend), "democracy.ValueLow");
  const proposed = event(await send(api, api.tx.democracy.propose(lookup, 100n * STN), friend), "democracy", "Proposed");
  log(`proposed: ${proposed.proposalIndex}`);
  const { referendum } = await until(900, "the proposal goes to a vote", async () => {
    for (const [key, row] of await api.query.democracy.referendumInfoOf.entries()) {
      const info = row.unwrap();
      // A call that is looked up by its hash.
      const votedOn = info.isOngoing && JSON.stringify(info.asOngoing.proposal).includes(call.hash.toHex());
      if (votedOn) return { referendum: key.args[0].toNumber() };
    }
  });
  const vote = (balance) => ({ Standard: { vote: { aye: true, conviction: "None" }, balance } });
  await refused(send(api, api.tx.democracy.vote(referendum, vote(10n ** 30n)), friend), "democracy.InsufficientFunds");
  await send(api, api.tx.democracy.vote(referendum, vote(50n * STN)), friend);
  event(await send(api, api.tx.democracy.delegate(friend.address, "None", 70n * STN), owner), "democracy", "Delegated");
  const { tally } = (await api.query.democracy.referendumInfoOf(referendum)).unwrap().asOngoing;
  // Without conviction a tenth counts, and nothing is locked for a week.
  check(tally.ayes.toBigInt() === 12n * STN, `ayes of both count: ${tally}`);
  check(tally.nays.toBigInt() === 0n, `nobody said nay: ${tally}`);
  await send(api, api.tx.democracy.undelegate(), owner);
  const undelegated = (await api.query.democracy.referendumInfoOf(referendum)).unwrap().asOngoing.tally;
  check(undelegated.ayes.toBigInt() === 5n * STN, `the delegated vote is taken back: ${undelegated}`);
  log(`voted: referendum ${referendum}`);
}
