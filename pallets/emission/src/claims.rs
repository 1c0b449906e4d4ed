//! Claims: owners are paid by their devices' scores, and aggregators their cuts.
//!
//! What many claims share is done once for all of them: a membership's row is written once for all epochs that are claimed
//! for it, an owner is paid once for all memberships, and who hears of payments hears of all of an owner's at once.

use alloc::{
	collections::{btree_map::Entry, BTreeMap, BTreeSet},
	vec::Vec,
};
use frame_support::{
	dispatch::DispatchResultWithPostInfo, ensure, storage::with_storage_layer,
	traits::fungible::Mutate, weights::Weight,
};
use sp_runtime::DispatchError;
use substation_primitives::{
	batch::{Leaf, Leaves},
	mul_div, AccountId32, Balance, DeviceId, EpochIndex, NetworkId,
};

use crate::{
	ChunkClaim, ClaimMemberships, Config, Error, Event, FinalChunk, InspectSettlements, Issued,
	OnPaid, Pallet, Payment, Pool, Pools, WeightInfo, MAX_CLAIMED,
};

/// A pool that is paid from.
struct Open {
	pool: Pool,
	/// What it may still pay: whatever judges have agreed on, no more than it holds.
	left: Balance,
	/// What is paid from it now.
	paid: Balance,
	/// What of that is its aggregators'.
	cuts: BTreeMap<AccountId32, Balance>,
}

/// Where a pool is.
type Place = (EpochIndex, NetworkId);

/// A report that is claimed for.
struct Claim {
	epoch: EpochIndex,
	score: u32,
	cut: u32,
	aggregator: AccountId32,
}

/// What an owner claims for, by membership.
type Claims = BTreeMap<(NetworkId, DeviceId), Vec<Claim>>;

/// What one report is paid.
struct Paid {
	network: NetworkId,
	device: DeviceId,
	claim: Claim,
	/// By the pool.
	payment: Balance,
	/// Of that, the aggregator's.
	cut: Balance,
}

impl Paid {
	fn amount(&self) -> Balance {
		self.payment.saturating_sub(self.cut)
	}
}

/// How much of what has to be done for claims.
#[derive(Clone, Copy, Default)]
struct Extent {
	chunks: u32,
	memberships: u32,
	owners: u32,
}

impl<T: Config> Pallet<T> {
	/// Pays for chunks whose outcomes are final: all that can be paid, or nothing at all.
	pub(crate) fn do_claim(claims: Vec<ChunkClaim>) -> DispatchResultWithPostInfo {
		let mut extent = Extent { chunks: claims.len() as u32, ..Default::default() };
		let mut pools: BTreeMap<Place, Open> = BTreeMap::new();
		let mut owners: BTreeMap<DeviceId, Option<AccountId32>> = BTreeMap::new();
		let mut due: BTreeMap<AccountId32, Claims> = BTreeMap::new();
		for claim in claims {
			let ChunkClaim { epoch, batch, chunk, element, path, leaves } = claim;
			let FinalChunk { network, aggregator } =
				T::Settlements::final_chunk(epoch, &batch, chunk, &element, &path, &leaves)?;
			Self::open_pool(&mut pools, (epoch, network))?;
			for leaf in leaves.iter().filter(|leaf| leaf.score > 0) {
				let Leaf { device, score, cut, .. } = *leaf;
				let owner = owners.entry(device).or_insert_with(|| T::Devices::owner(&device));
				let Some(owner) = owner else { continue };
				let claim = Claim { epoch, score, cut, aggregator: aggregator.clone() };
				let memberships = due.entry(owner.clone()).or_default();
				memberships.entry((network, device)).or_default().push(claim);
			}
		}
		extent.memberships = due.values().map(|memberships| memberships.len() as u32).sum();
		extent.owners = due.len() as u32;
		// What was weighed are devices: each in one network.
		let devices = owners.values().flatten().count();
		ensure!(
			extent.memberships <= MAX_CLAIMED && extent.memberships as usize <= devices,
			Error::<T>::TooManyDevices
		);
		let mut weight = Self::weight_of(extent);
		let mut somebody = false;
		for (owner, memberships) in due {
			let Some((paid, heard)) = Self::pay(&owner, memberships, &pools) else { continue };
			weight = weight.saturating_add(heard);
			somebody = true;
			for one in paid {
				let amount = one.amount();
				let Paid { network, device, claim, payment, cut } = one;
				let epoch = claim.epoch;
				if let Some(open) = pools.get_mut(&(epoch, network)) {
					open.paid = open.paid.saturating_add(payment);
					let cuts = open.cuts.entry(claim.aggregator).or_default();
					*cuts = cuts.saturating_add(cut);
				}
				let owner = owner.clone();
				Self::deposit_event(Event::Paid { network, epoch, device, owner, amount });
			}
		}
		ensure!(somebody, Error::<T>::NobodyToPay);
		Self::pay_cuts(&mut pools);
		let mut issued: Balance = 0;
		for ((epoch, network), open) in pools {
			let Open { mut pool, paid, .. } = open;
			pool.paid = pool.paid.saturating_add(paid);
			issued = issued.saturating_add(paid);
			Pools::<T>::insert(epoch, network, pool);
		}
		Issued::<T>::mutate(|all| *all = all.saturating_add(issued));
		Ok(Some(weight).into())
	}

	fn open_pool(pools: &mut BTreeMap<Place, Open>, place: Place) -> Result<(), Error<T>> {
		if let Entry::Vacant(vacant) = pools.entry(place) {
			let pool = Pools::<T>::get(place.0, place.1).ok_or(Error::<T>::NoPool)?;
			let left = pool.payable().saturating_sub(pool.paid);
			vacant.insert(Open { pool, left, paid: 0, cuts: BTreeMap::new() });
		}
		Ok(())
	}

	/// Marks what an owner claims for as paid, and pays it; does neither if there is nothing to pay, or if the owner's
	/// account cannot take it, so that nobody can spoil others' claims.
	fn pay(
		owner: &AccountId32,
		memberships: Claims,
		pools: &BTreeMap<Place, Open>,
	) -> Option<(Vec<Paid>, Weight)> {
		with_storage_layer(|| {
			let mut paid: Vec<Paid> = Vec::new();
			let mut spent: BTreeMap<Place, Balance> = BTreeMap::new();
			for ((network, device), claims) in memberships {
				let epochs: Vec<_> = claims.iter().map(|claim| claim.epoch).collect();
				let unpaid = T::Devices::claim(network, &device, &epochs);
				let claims = claims.into_iter().zip(unpaid).filter(|(_, unpaid)| *unpaid);
				for (claim, _) in claims {
					let place = (claim.epoch, network);
					let Some(open) = pools.get(&place) else { continue };
					let spent = spent.entry(place).or_default();
					let left = open.left.saturating_sub(open.paid).saturating_sub(*spent);
					let payment = open.pool.payment(claim.score).min(left);
					*spent = spent.saturating_add(payment);
					// The cut is rounded down: the owner gets the odd planck.
					let cut = mul_div(payment, claim.cut.min(1_000_000).into(), 1_000_000);
					paid.push(Paid { network, device, claim, payment, cut });
				}
			}
			ensure!(!paid.is_empty(), Error::<T>::NobodyToPay);
			let amount = paid.iter().fold(0, |sum: Balance, one| sum.saturating_add(one.amount()));
			if amount > 0 {
				T::Currency::mint_into(owner, amount)?;
			}
			let payments: Vec<_> = paid
				.iter()
				.map(|one| Payment {
					network: one.network,
					epoch: one.claim.epoch,
					device: one.device,
					score: one.claim.score,
					amount: one.amount(),
				})
				.collect();
			let heard = T::OnPaid::paid(owner, &payments);
			Ok::<_, DispatchError>((paid, heard))
		})
		.ok()
	}

	/// Pays aggregators what is theirs, each once. The cuts of one whose account is gone are left to the networks' income.
	fn pay_cuts(pools: &mut BTreeMap<Place, Open>) {
		let mut all: BTreeMap<AccountId32, Balance> = BTreeMap::new();
		for (aggregator, cut) in pools.values().flat_map(|open| open.cuts.iter()) {
			let sum = all.entry(aggregator.clone()).or_default();
			*sum = sum.saturating_add(*cut);
		}
		for (aggregator, sum) in all {
			let taken = T::Currency::mint_into(&aggregator, sum).is_ok();
			for ((epoch, network), open) in pools.iter_mut() {
				let Some(amount) = open.cuts.get(&aggregator).copied() else { continue };
				let (epoch, network, aggregator) = (*epoch, *network, aggregator.clone());
				if taken {
					Self::deposit_event(Event::CutPaid { network, epoch, aggregator, amount });
				} else {
					open.paid = open.paid.saturating_sub(amount);
				}
			}
		}
	}

	/// What claiming for chunks with these leaves weighs at the most: each device another owner's.
	pub(crate) fn weight_of_claims<'a>(chunks: impl Iterator<Item = &'a Leaves>) -> Weight {
		let (mut extent, mut reports) = (Extent::default(), 0u32);
		let mut devices = BTreeSet::new();
		for leaves in chunks {
			extent.chunks = extent.chunks.saturating_add(1);
			reports = reports.saturating_add(leaves.len() as u32);
			devices.extend(leaves.iter().map(|leaf| leaf.device));
		}
		// More than so many are refused before anything is written.
		extent.memberships = (devices.len() as u32).min(MAX_CLAIMED);
		extent.owners = extent.memberships;
		Self::weight_of(extent).saturating_add(T::OnPaid::weight(extent.memberships, reports))
	}

	fn weight_of(extent: Extent) -> Weight {
		let Extent { chunks, memberships, owners } = extent;
		let more = |of: fn(u32) -> Weight, count: u32| of(count.max(1)).saturating_sub(of(1));
		T::WeightInfo::claim_memberships(memberships)
			.saturating_add(more(T::WeightInfo::claim_owners, owners))
			.saturating_add(more(T::WeightInfo::claim_epochs, chunks))
	}
}
