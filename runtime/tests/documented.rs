//! Whether what wallets show of this chain's pallets says something.

mod common;

use common::{metadata, PALLETS};
use frame_metadata::v16::PalletMetadata;
use scale_info::{form::PortableForm, PortableRegistry, TypeDef, Variant};

fn is_said(docs: &[String]) -> bool {
	docs.iter().any(|line| line.trim().len() > 3)
}

fn variants(registry: &PortableRegistry, id: u32) -> &[Variant<PortableForm>] {
	match &registry.resolve(id).unwrap().type_def {
		TypeDef::Variant(variants) => &variants.variants,
		other => panic!("{other:?} is no enum"),
	}
}

/// All that is in a pallet's metadata and not explained there.
fn unexplained(registry: &PortableRegistry, pallet: &PalletMetadata<PortableForm>) -> Vec<String> {
	let mut found = Vec::new();
	let mut check = |what: &str, name: &str, said: bool| {
		if !said {
			found.push(format!("{what} {}.{name}", pallet.name));
		}
	};
	for call in pallet.calls.iter().flat_map(|calls| variants(registry, calls.ty.id)) {
		check("call", &call.name, is_said(&call.docs));
		// FRAME hands no docs of arguments on: they are in a section of their call's.
		let text = call.docs.join("\n");
		for field in &call.fields {
			let name = field.name.clone().unwrap_or_default();
			let named = text.contains(&format!("* `{name}`: "));
			check("argument", &format!("{}.{name}", call.name), named);
		}
		for section in ["## Dispatch Origin", "## Events"] {
			check(section, &call.name, text.contains(section));
		}
	}
	for event in pallet.event.iter().flat_map(|event| variants(registry, event.ty.id)) {
		check("event", &event.name, is_said(&event.docs));
		for field in &event.fields {
			let name = format!("{}.{}", event.name, field.name.clone().unwrap_or_default());
			check("field", &name, is_said(&field.docs));
		}
	}
	for error in pallet.error.iter().flat_map(|error| variants(registry, error.ty.id)) {
		check("error", &error.name, is_said(&error.docs));
	}
	for entry in pallet.storage.iter().flat_map(|storage| &storage.entries) {
		check("storage", &entry.name, is_said(&entry.docs));
	}
	for constant in &pallet.constants {
		check("constant", &constant.name, is_said(&constant.docs));
	}
	for view in &pallet.view_functions {
		check("view function", &view.name, is_said(&view.docs));
	}
	found
}

#[test]
fn everything_of_our_pallets_is_explained_in_the_metadata() {
	let metadata = metadata();
	let ours: Vec<_> =
		metadata.pallets.iter().filter(|pallet| PALLETS.contains(&pallet.name.as_str())).collect();
	assert_eq!(ours.len(), PALLETS.len());
	let found: Vec<_> =
		ours.iter().flat_map(|pallet| unexplained(&metadata.types, pallet)).collect();
	assert!(found.is_empty(), "not explained: {found:#?}");
	// It finds what is not there: other pallets explain less.
	let others = metadata.pallets.iter().filter(|pallet| pallet.name == "Balances");
	assert!(others.flat_map(|pallet| unexplained(&metadata.types, pallet)).count() > 10);
}
