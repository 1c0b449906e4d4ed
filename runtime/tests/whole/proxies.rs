//! Which calls each kind of proxy may make, of all that there are.

use codec::{Compact, Decode, Encode};
use frame_metadata::RuntimeMetadata;
use frame_support::traits::InstanceFilter;
use scale_info::{form::PortableForm, PortableRegistry, TypeDef, TypeDefPrimitive, Variant};
use std::{collections::BTreeMap, fmt::Write, path::Path};
use substation_runtime::{configs::ProxyType, Runtime, RuntimeCall};

const KINDS: [ProxyType; 5] = [
	ProxyType::NonTransfer,
	ProxyType::Governance,
	ProxyType::Staking,
	ProxyType::Devices,
	ProxyType::CancelProxy,
];

/// Writes the least value of a type: zeros, nothing, the first variant.
fn least(types: &PortableRegistry, id: u32, into: &mut Vec<u8>) {
	match &types.resolve(id).unwrap().type_def {
		TypeDef::Composite(composite) => {
			composite.fields.iter().for_each(|field| least(types, field.ty.id, into));
		}
		TypeDef::Variant(variants) => {
			let first = variants.variants.iter().min_by_key(|variant| variant.index);
			variant(types, first.expect("an enumeration has variants"), into);
		}
		TypeDef::Sequence(_) | TypeDef::Compact(_) | TypeDef::BitSequence(_) => {
			Compact(0u32).encode_to(into);
		}
		TypeDef::Array(array) => {
			(0..array.len).for_each(|_| least(types, array.type_param.id, into))
		}
		TypeDef::Tuple(tuple) => tuple.fields.iter().for_each(|field| least(types, field.id, into)),
		TypeDef::Primitive(primitive) => {
			use TypeDefPrimitive::*;
			let bytes = match primitive {
				Bool | U8 | I8 | Str => 1,
				U16 | I16 => 2,
				U32 | I32 | Char => 4,
				U64 | I64 => 8,
				U128 | I128 => 16,
				U256 | I256 => 32,
			};
			into.extend(vec![0; bytes]);
		}
	}
}

fn variant(types: &PortableRegistry, variant: &Variant<PortableForm>, into: &mut Vec<u8>) {
	into.push(variant.index);
	variant.fields.iter().for_each(|field| least(types, field.ty.id, into));
}

/// All calls that metadata says there are, by name, with the least arguments.
fn calls() -> BTreeMap<String, RuntimeCall> {
	// Some constants of stock pallets are parameters, which are read from the state.
	let metadata = sp_io::TestExternalities::default().execute_with(Runtime::metadata).1;
	let RuntimeMetadata::V14(metadata) = metadata else { panic!("another version") };
	let types = &metadata.types;
	let mut calls = BTreeMap::new();
	for pallet in &metadata.pallets {
		let Some(of_pallet) = &pallet.calls else { continue };
		let TypeDef::Variant(all) = &types.resolve(of_pallet.ty.id).unwrap().type_def else {
			panic!("calls are an enumeration");
		};
		for call in &all.variants {
			let mut bytes = vec![pallet.index];
			variant(types, call, &mut bytes);
			let name = format!("{}.{}", pallet.name, call.name);
			let call = RuntimeCall::decode(&mut &bytes[..]);
			calls.insert(name.clone(), call.unwrap_or_else(|error| panic!("{name}: {error}")));
		}
	}
	calls
}

/// What each kind may do is as it is written down: no call is in by accident. After somebody has looked at what is new,
/// `UPDATE_PROXIES=1 cargo test --workspace --test whole proxies` writes it anew.
#[test]
fn each_kind_may_make_the_calls_that_are_written_down() {
	let calls = calls();
	assert!(calls.len() > 200, "{} calls", calls.len());
	let mut text = String::new();
	for kind in KINDS {
		writeln!(text, "{kind:?}").unwrap();
		for name in calls.iter().filter(|(_, call)| kind.filter(call)).map(|(name, _)| name) {
			writeln!(text, "  {name}").unwrap();
		}
	}
	let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/proxies.txt");
	if std::env::var_os("UPDATE_PROXIES").is_some() {
		std::fs::write(&file, &text).unwrap();
	}
	let written = std::fs::read_to_string(&file).unwrap();
	assert!(written == text, "another list of calls than {}:\n{text}", file.display());
}

/// Whatever is said to include another kind does; and all may do anything that `Any` may.
#[test]
fn a_kind_that_includes_another_may_do_all_that_it_may() {
	for call in calls().values() {
		assert!(ProxyType::Any.filter(call));
		for kind in KINDS {
			assert!(ProxyType::Any.is_superset(&kind) && !kind.is_superset(&ProxyType::Any));
			for other in KINDS.into_iter().filter(|other| kind.is_superset(other)) {
				assert!(kind.filter(call) || !other.filter(call), "{kind:?} {other:?} {call:?}");
			}
		}
	}
}

/// No call that gives something to an account that it names, makes the rules by which somebody is paid, or names a key.
#[test]
fn who_may_move_nothing_gains_nothing() {
	let calls = calls();
	let taken = [
		"Balances.transfer_all",
		"Staking.set_payee",
		"Staking.validate",
		"Session.set_keys",
		"Networks.create",
		"Networks.set_terms",
		"Networks.offer",
		"Networks.accept",
		"Networks.retire",
		"Networks.license_maker",
		"Networks.post_maker_key",
		"Attestation.register_aggregator",
		"Attestation.rotate_publisher",
		"Devices.offer",
		"Devices.set_seat",
		"Contribution.withdraw",
		"NetworkTreasury.post_bounty",
		"NominationPools.set_claim_permission",
		"Proxy.proxy",
	];
	for name in taken {
		let call = calls.get(name).unwrap_or_else(|| panic!("there is no {name}"));
		assert!(!ProxyType::NonTransfer.filter(call), "{name}");
		assert!(!ProxyType::Governance.filter(call), "{name}");
	}
}
