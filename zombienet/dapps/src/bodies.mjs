// Bodies of batches, as a node's statement store has them: what a claim is made of.

import { WsProvider } from "@polkadot/api";
import { hexToU8a, u8aToHex } from "@polkadot/util";
import { blake2AsHex } from "@polkadot/util-crypto";
import { bodyTopic } from "./wire.mjs";

/** A statement is a list of these. */
const STATEMENT = {
  StatementProof: { _enum: { Sr25519: "(H512, H256)", Ed25519: "(H512, H256)", Secp256k1Ecdsa: "([u8; 65], [u8; 33])" } },
  StatementField: {
    _enum: {
      AuthenticityProof: "StatementProof",
      DecryptionKey: "H256",
      Expiry: "u64",
      Channel: "H256",
      Topic1: "H256",
      Topic2: "H256",
      Topic3: "H256",
      Topic4: "H256",
      Data: "Bytes",
    },
  },
};

/** The bodies that a batch's `row` names, in its order, from the node at `url`. Fails if it has not all of them. */
export async function readBodies(api, url, epoch, row) {
  api.registry.register(STATEMENT);
  const wanted = row.bodies.map((hash) => hash.toHex());
  const found = new Map();
  const provider = new WsProvider(url);
  try {
    await provider.isReady;
    const topic = u8aToHex(bodyTopic(api.genesisHash.toU8a(), row.network.toNumber(), epoch, row.aggregator.toU8a()));
    await new Promise((done, failed) => {
      const missing = () => failed(new Error(`${url} has ${found.size} of ${wanted.length} bodies`));
      setTimeout(missing, 20_000);
      // The topic is anybody's to use: statements are taken by their hashes.
      const take = (error, event) => {
        if (error) return failed(error);
        const { statements = [], remaining = 0 } = event.data;
        for (const statement of statements) {
          const hash = blake2AsHex(hexToU8a(statement));
          if (!wanted.includes(hash)) continue;
          const fields = api.createType("Vec<StatementField>", hexToU8a(statement));
          found.set(hash, fields.find((field) => field.isData).asData.toHex());
        }
        if (wanted.every((hash) => found.has(hash))) done();
        else if (!remaining) missing();
      };
      provider
        .subscribe("statement_statement", "statement_subscribeStatement", [{ matchAll: [topic] }], take)
        .catch(failed);
    });
  } finally {
    await provider.disconnect();
  }
  return wanted.map((hash) => found.get(hash));
}
