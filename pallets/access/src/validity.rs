//! Whether a grant is valid: a function of its row, of the device's, and of the block. Nobody has to say so.

use substation_primitives::DeviceId;

use crate::{
	AccountId32, Block, Config, Grant, Grants, InspectDevices, Pallet, Posted, Reason, Scopes,
	Streams,
};

impl<T: Config> Pallet<T> {
	/// Why a grant is void, if it is; or until when it is valid if nobody does anything.
	pub(crate) fn valid_until(device: &DeviceId, grant: &Grant) -> Result<Block, Reason> {
		let (_, tenure) = T::Devices::tenure(device).ok_or(Reason::NoDevice)?;
		if tenure != grant.tenure {
			return Err(Reason::Transferred);
		}
		let now = Self::now();
		if now >= grant.until {
			return Err(Reason::Expired);
		}
		let Some(agreement) = grant.agreement else { return Ok(grant.until) };
		let paid = T::Streams::ends_at(agreement).unwrap_or(0);
		if now >= paid {
			return Err(Reason::Unpaid);
		}
		Ok(grant.until.min(paid))
	}

	/// Until when somebody may do all of this with a device's data. Its owner always may.
	pub(crate) fn allowed_until(
		device: &DeviceId,
		who: &AccountId32,
		scope: Scopes,
	) -> Result<Block, Reason> {
		let (owner, _) = T::Devices::tenure(device).ok_or(Reason::NoDevice)?;
		if owner == *who {
			return Ok(Block::MAX);
		}
		let grant = Grants::<T>::get(device, who).ok_or(Reason::NoGrant)?;
		let until = Self::valid_until(device, &grant)?;
		match grant.scope.contain(scope) && !scope.is_empty() {
			true => Ok(until),
			false => Err(Reason::OutOfScope),
		}
	}

	/// Whether what was posted is by who owns the device now.
	pub(crate) fn is_asked_now(device: &DeviceId, posted: &Posted) -> bool {
		T::Devices::tenure(device).is_some_and(|(_, tenure)| tenure == posted.tenure)
	}
}
