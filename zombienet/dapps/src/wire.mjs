// What a device signs and hashes, written after docs/wire-format.md.

import { bnToU8a, stringToU8a, u8aConcat, u8aToHex } from "@polkadot/util";
import { blake2AsU8a } from "@polkadot/util-crypto";

const u64 = (number) => bnToU8a(number, { bitLength: 64, isLe: true });
const u32 = (number) => bnToU8a(number, { bitLength: 32, isLe: true });

/** The bytes by which a device lets `owner` register it until block `expires`. */
export function registration(genesis, owner, network, expires) {
  return u8aConcat(stringToU8a("substation/registration/1"), genesis, owner, u32(network), u32(expires));
}

/** A device's identity: the hash of the key, Ed25519, that it was made with. */
export function deviceId(publicKey) {
  return blake2AsU8a(u8aConcat([0], publicKey));
}

/** Under which topic an aggregator's bodies of an epoch are found. */
export function bodyTopic(genesis, network, epoch, aggregator) {
  return blake2AsU8a(u8aConcat(stringToU8a("substation/bodies/1"), genesis, u32(network), u32(epoch), aggregator));
}

const PIECE = 256;

/** Root of the tree over a data set's pieces, and how many there are. */
export function dataSet(bytes) {
  const pieces = Math.ceil(bytes.length / PIECE);
  const padded = new Uint8Array(pieces * PIECE);
  padded.set(bytes);
  let row = [];
  for (let i = 0; i < pieces; i++) {
    row.push(blake2AsU8a(u8aConcat([1], u32(i), padded.subarray(i * PIECE, (i + 1) * PIECE))));
  }
  const empty = blake2AsU8a(new Uint8Array([0]));
  while (row.length & (row.length - 1)) row.push(empty);
  while (row.length > 1) {
    const above = [];
    for (let i = 0; i < row.length; i += 2) above.push(blake2AsU8a(u8aConcat([2], row[i], row[i + 1])));
    row = above;
  }
  return { root: row[0], pieces };
}

/**
 * The header `substation-access` of a GET for a device's data, where `scope` is asked for: signed by the account that it was
 * granted to.
 */
export function asking(genesis, signer, device, scope, url) {
  const { host, pathname, search } = new URL(url);
  const at = Date.now();
  const body = u8aToHex(blake2AsU8a(new Uint8Array())).slice(2);
  const asked = blake2AsU8a(stringToU8a(`GET ${host}${pathname}${search} ${body}`));
  const message = u8aConcat(stringToU8a("substation/access/1"), genesis, device, u32(scope), u64(at), asked);
  const words = { device: u8aToHex(device), who: u8aToHex(signer.publicKey), at, body, signature: u8aToHex(signer.sign(message)) };
  return btoa(JSON.stringify(words));
}
