// View functions through polkadot.js, which has no words of its own for them: they are called through the
// runtime API that all of them share, by the identity that the metadata gives.

import { Metadata } from "@polkadot/types";
import { stringCamelCase, u8aConcat, u8aToHex } from "@polkadot/util";

/** All view functions, as `views.pallet.name(...arguments)`. Decoded values come back; an error is thrown. */
export async function views(api) {
  const bytes = await api.call.metadata.metadataAtVersion(16);
  const { pallets } = new Metadata(api.registry, bytes.unwrap().toHex()).asV16;
  const type = (id) => api.registry.createLookupType(id);
  const all = {};
  for (const { name, viewFunctions } of pallets) {
    const pallet = (all[stringCamelCase(name.toString())] = {});
    for (const { id, name, inputs, output } of viewFunctions) {
      pallet[stringCamelCase(name.toString())] = async (...values) => {
        if (values.length !== inputs.length) throw new Error(`${name} takes ${inputs.length} arguments`);
        const encoded = inputs.map(({ type: input }, i) => api.createType(type(input), values[i]).toU8a());
        const input = u8aToHex(u8aConcat(...encoded));
        const result = await api.call.runtimeViewFunction.executeViewFunction(id, input);
        if (result.isErr) throw new Error(`${name}: ${result.asErr}`);
        return api.createType(type(output), result.asOk.toU8a(true));
      };
    }
  }
  return all;
}
