//! Whether docs/parameters.md says what the runtime has.

mod common;

use std::collections::BTreeMap;

use common::{metadata, PALLETS};
use polkadot_sdk::frame_support::traits::Get;
use scale_info::{TypeDef, TypeDefPrimitive};
use serde_json::Value;
use substation_primitives::epoch::Parameters;
use substation_runtime::{
	configs::parameters::{bonds, bounties, caps, credits, deposits, fees, market},
	constants::{currency::STN, time::SLOT_MILLIS},
	Balance,
};

const PAGE: &str = include_str!("../../docs/parameters.md");

/// What stands in backticks.
fn names(cell: &str) -> Vec<&str> {
	cell.split('`').skip(1).step_by(2).collect()
}

/// A row's first number, in planck if it is one of tokens; nothing if it is no plain number.
fn number(cell: &str) -> Option<u128> {
	let plain: String = cell
		.char_indices()
		.take_while(|(at, one)| {
			let inside = cell[at + 1..].starts_with(|next: char| next.is_ascii_digit());
			one.is_ascii_digit() || (matches!(one, ',' | '.') && inside)
		})
		.map(|(_, one)| one)
		.filter(|one| *one != ',')
		.collect();
	if plain.is_empty() || cell.contains("<sup>") {
		return None;
	}
	let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
	let scale = if cell.contains("STN") {
		STN
	} else if cell.contains(" %") {
		10_000_000
	} else if cell.contains("GiB") {
		1 << 30
	} else {
		1
	};
	let fraction: u128 = format!("{part:0<12}").parse().ok()?;
	Some(whole.parse::<u128>().ok()? * scale + fraction * scale / STN)
}

/// Rows by the first name, each with its values live and on a development chain.
fn rows() -> BTreeMap<String, (Option<u128>, Option<u128>)> {
	PAGE.lines()
		.filter_map(|line| {
			let cells: Vec<_> = line.strip_prefix("| ")?.split(" | ").collect();
			let [name, live, development, ..] = cells[..] else { return None };
			let name = names(name).first()?.to_string();
			let other = if development == "-" { live } else { development };
			Some((name, (number(live), number(other))))
		})
		.collect()
}

#[test]
fn windows_are_what_the_page_says() {
	let rows = rows();
	let fields = |parameters: Parameters| -> BTreeMap<String, u128> {
		let Ok(Value::Object(fields)) = serde_json::to_value(parameters) else { panic!() };
		let snake = |camel: String| -> String {
			camel
				.chars()
				.flat_map(|one| {
					one.is_uppercase().then_some('_').into_iter().chain(one.to_lowercase())
				})
				.collect()
		};
		fields
			.into_iter()
			.map(|(key, value)| (snake(key), value.as_u64().unwrap().into()))
			.collect()
	};
	let (live, development) = (fields(Parameters::default()), fields(Parameters::development()));
	assert_eq!(live.len(), 9);
	for (name, value) in live {
		let said = rows.get(&name).unwrap_or_else(|| panic!("{name} is not on the page"));
		assert_eq!(*said, (Some(value), Some(development[&name])), "{name}");
	}
}

#[test]
fn prices_are_what_the_page_says() {
	let mut state = sp_io::TestExternalities::default();
	let there: BTreeMap<&str, Balance> = state.execute_with(|| {
		[
			("Deposits.Row", deposits::Row::get()),
			("Deposits.Byte", deposits::Byte::get()),
			("Deposits.Network", deposits::Network::get()),
			("Deposits.Proposal", deposits::Proposal::get()),
			("Bonds.Aggregator", bonds::Aggregator::get()),
			("Bonds.Work", bonds::Work::get()),
			("Bonds.Byte", bonds::Byte::get()),
			("Bonds.MakerPerDevice", bonds::MakerPerDevice::get()),
			("Fees.Judging", fees::Judging::get()),
			("Fees.Place", fees::Place::get()),
			("Fees.TransactionByte", fees::TransactionByte::get()),
			("Fees.Fullness", fees::Fullness::get().deconstruct().into()),
			("Fees.WorkRent", fees::WorkRent::get()),
			("Fees.ByteRent", fees::ByteRent::get()),
			("Fees.Want", fees::Want::get()),
			("Fees.Rise", fees::Rise::get().deconstruct().into()),
			("Caps.Rate", caps::Rate::get()),
			("Caps.Store", <caps::Store as Get<u64>>::get().into()),
			("Caps.Voter", caps::Voter::get().deconstruct().into()),
			("Caps.Seat", caps::Seat::get()),
			("Credits.MaxAge", <credits::MaxAge as Get<u64>>::get().into()),
			("Credits.Margin", u128::from(credits::Margin::get().deconstruct()) * 1_000),
			("Credits.Rise", u128::from(credits::Rise::get().deconstruct()) * 1_000),
			("Credits.IssueFloor", credits::IssueFloor::get()),
			("Credits.Least", credits::Least::get()),
			("Market.Notice", <market::Notice as Get<u32>>::get().into()),
			("Market.Least", market::Least::get()),
			("Market.Arbiter", <market::Arbiter as Get<u32>>::get().into()),
			("Bounties.Price", bounties::Price::get()),
			("Bounties.Rate", bounties::Rate::get()),
			("Bounties.Term", <bounties::Term as Get<u32>>::get().into()),
		]
		.into()
	});
	let groups = ["Deposits.", "Bonds.", "Fees.", "Caps.", "Bounties.", "Credits.", "Market."];
	let said =
		rows().into_iter().filter(|(name, _)| groups.iter().any(|one| name.starts_with(one)));
	// What a pallet of the same name stores, and its constant.
	let others = [
		"Credits.Feeders",
		"Credits.Quotes",
		"Credits.Day",
		"Market.Divisions",
		"Market.OfferDeposit",
		"Market.AgreementDeposit",
		"Market.IndexDeposit",
		"Market.BillDeposit",
		"Market.BillByteDeposit",
		"Market.SoldDeposit",
		"Market.MaxNotice",
		"Market.RecordFee",
	];
	let said = said.filter(|(name, _)| !others.contains(&name.as_str()));
	let said: BTreeMap<String, u128> =
		said.map(|(name, values)| (name, here(values).unwrap())).collect();
	assert_eq!(said, there.into_iter().map(|(name, value)| (name.into(), value)).collect());
}

/// The value of the runtime that this is.
fn here<T>((live, development): (T, T)) -> T {
	if SLOT_MILLIS == 6_000 {
		live
	} else {
		development
	}
}

#[test]
fn constants_are_what_the_page_says_and_none_of_our_pallets_is_missing() {
	let rows = rows();
	let metadata = metadata();
	let mut compared = 0;
	let mut missing = Vec::new();
	let all: Vec<_> = PAGE.lines().filter(|line| line.starts_with('|')).flat_map(names).collect();
	for pallet in &metadata.pallets {
		for constant in &pallet.constants {
			let name = format!("{}.{}", pallet.name, constant.name);
			let is_ours = PALLETS.contains(&pallet.name.as_str());
			if is_ours && !all.iter().any(|one| *one == name || *one == constant.name) {
				missing.push(name.clone());
			}
			let TypeDef::Primitive(kind) =
				&metadata.types.resolve(constant.ty.id).unwrap().type_def
			else {
				continue;
			};
			let bytes = match kind {
				TypeDefPrimitive::U16 => 2,
				TypeDefPrimitive::U32 => 4,
				TypeDefPrimitive::U64 => 8,
				TypeDefPrimitive::U128 => 16,
				_ => continue,
			};
			assert_eq!(constant.value.len(), bytes);
			let mut word = [0; 16];
			word[..bytes].copy_from_slice(&constant.value);
			let Some(said) = rows.get(&name) else { continue };
			let Some(said) = here(*said) else { continue };
			assert_eq!(said, u128::from_le_bytes(word), "{name}");
			compared += 1;
		}
	}
	assert!(missing.is_empty(), "not on the page: {missing:?}");
	assert!(compared >= 40, "{compared} constants were compared");
}
