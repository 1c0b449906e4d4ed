//! Whether a grant is valid: a function of its row, of the device's, and of the block. Nobody has to say so.

use substation_primitives::{DeviceId, ReportKey};

use crate::{
	AccountId32, Block, Config, Grant, Grants, InspectDevices, Pallet, Permit, Posted, Reason,
	Scopes, Streams,
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

	/// Whether somebody may do all of this with a device's data. Its owner always may, and asks with its own key: what was
	/// granted to it before it was the owner names somebody else's, perhaps.
	pub(crate) fn permit(
		device: &DeviceId,
		who: &AccountId32,
		scope: Scopes,
	) -> Result<Permit, Reason> {
		let own: &[u8; 32] = who.as_ref();
		let own = ReportKey::Sr25519((*own).into());
		let (owner, _) = T::Devices::tenure(device).ok_or(Reason::NoDevice)?;
		if owner == *who {
			return Ok(Permit { until: Block::MAX, key: own });
		}
		let grant = Grants::<T>::get(device, who).ok_or(Reason::NoGrant)?;
		let until = Self::valid_until(device, &grant)?;
		match grant.scope.contain(scope) && !scope.is_empty() {
			true => Ok(Permit { until, key: grant.key.unwrap_or(own) }),
			false => Err(Reason::OutOfScope),
		}
	}

	/// Whether what was posted is by who owns the device now.
	pub(crate) fn is_asked_now(device: &DeviceId, posted: &Posted) -> bool {
		T::Devices::tenure(device).is_some_and(|(_, tenure)| tenure == posted.tenure)
	}
}
