// The same chain through polkadot-api, typed by descriptors that are made from its metadata: it does not compile
// when a name or a type is no longer what it was.

import { substation } from "@polkadot-api/descriptors";
import { createClient, type PolkadotSigner } from "polkadot-api";
import { getPolkadotSigner } from "polkadot-api/signer";
import { getWsProvider } from "polkadot-api/ws";
import { Keyring } from "@polkadot/keyring";
import { cryptoWaitReady } from "@polkadot/util-crypto";

const STN = 10n ** 12n;

function signer(uri: string): PolkadotSigner {
  const pair = new Keyring({ type: "sr25519" }).addFromUri(uri);
  return getPolkadotSigner(pair.publicKey, "Sr25519", (input) => pair.sign(input));
}

/** Reads and writes, as a typed program does. */
export async function main(url: string, log: (text: string) => void): Promise<void> {
  await cryptoWaitReady();
  const client = createClient(getWsProvider(url));
  try {
    const api = client.getTypedApi(substation);
    const clock = await api.view.Attestation.epoch_clock();
    if (!clock || clock.record.judges.length !== 4) throw new Error("four validators judge");
    const network = await api.query.Networks.Networks.getValue(1);
    if (!network) throw new Error("the preset has a network of storage");
    const minimum = await api.constants.Contribution.Seats();
    if (minimum !== 7) throw new Error(`the council has ${minimum} seats`);
    const uri = "//Ferdie//stash";
    const { address } = new Keyring({ type: "sr25519" }).addFromUri(uri);
    const [tokens = 0n, contribution = 0n] = await api.view.Contribution.voting_power(address);
    const enlisted = await api.tx.Contribution.enlist().signAndSubmit(signer(uri));
    if (!enlisted.ok) throw new Error(`enlist: ${JSON.stringify(enlisted.dispatchError)}`);
    const again = await api.tx.Contribution.enlist().signAndSubmit(signer(uri));
    if (again.ok) throw new Error("enlisted twice");
    if (tokens < 1_000n * STN) throw new Error(`voting power is ${tokens}`);
    log(`epoch ${clock.epoch}, voting power ${tokens} + ${contribution}`);
  } finally {
    client.destroy();
  }
}
