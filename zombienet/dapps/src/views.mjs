// View functions through polkadot.js, which has no words of its own for them: they are called through the
// runtime API that all of them share, by the identity that the metadata gives.

import { Metadata } from "@polkadot/types";
import { compactAddLength, stringCamelCase, u8aConcat, u8aToHex } from "@polkadot/util";

/**
 * All view functions, as `views.pallet.name(...arguments)`. Decoded values come back; an error is thrown.
 * `views.pallet.name.input(...arguments)` is what `state_call` takes for it, in hexadecimal digits.
 */
export async function views(api) {
  const bytes = await api.call.metadata.metadataAtVersion(16);
  const { pallets } = new Metadata(api.registry, bytes.unwrap().toHex()).asV16;
  const type = (id) => api.registry.createLookupType(id);
  const all = {};
  for (const { name, viewFunctions } of pallets) {
    const pallet = (all[stringCamelCase(name.toString())] = {});
    for (const { id, name, inputs, output } of viewFunctions) {
      const encode = (values) => {
        if (values.length !== inputs.length) throw new Error(`${name} takes ${inputs.length} arguments`);
        return u8aConcat(...inputs.map(({ type: input }, i) => api.createType(type(input), values[i]).toU8a()));
      };
      const view = async (...values) => {
        const result = await api.call.runtimeViewFunction.executeViewFunction(id, u8aToHex(encode(values)));
        if (result.isErr) throw new Error(`${name}: ${result.asErr}`);
        return api.createType(type(output), result.asOk.toU8a(true));
      };
      view.input = (...values) => u8aToHex(u8aConcat(id.toU8a(), compactAddLength(encode(values))));
      pallet[stringCamelCase(name.toString())] = view;
    }
  }
  return all;
}
