//! What this pallet asks of measured weights.

use frame_support::weights::Weight;

/// Weights of calls.
pub trait WeightInfo {
	/// [`crate::Call::offer`].
	fn offer() -> Weight;
	/// [`crate::Call::withdraw_offer`].
	fn withdraw_offer() -> Weight;
	/// [`crate::Call::open`].
	fn open() -> Weight;
	/// [`crate::Call::open`], of a deal.
	fn open_deal() -> Weight;
	/// [`crate::Call::fund`].
	fn fund() -> Weight;
	/// [`crate::Call::settle`], units.
	fn settle_units() -> Weight;
	/// [`crate::Call::settle`], time.
	fn settle_time() -> Weight;
	/// [`crate::Call::close`].
	fn close() -> Weight;
	/// [`crate::Call::close`], of a job.
	fn close_job() -> Weight;
	/// [`crate::Call::finish`], of units or time.
	fn finish() -> Weight;
	/// [`crate::Call::finish`], of a job.
	fn finish_job() -> Weight;
	/// [`crate::Call::finish`], of a deal.
	fn finish_deal() -> Weight;
	/// [`crate::Call::set_division`].
	fn set_division() -> Weight;
	/// [`crate::Call::deliver`].
	fn deliver() -> Weight;
	/// [`crate::Call::accept`].
	fn accept() -> Weight;
	/// [`crate::Call::dispute`].
	fn dispute() -> Weight;
	/// [`crate::Call::rule`].
	fn rule() -> Weight;
	/// [`crate::Call::bill`].
	fn bill() -> Weight;
	/// [`crate::Call::collect`].
	fn collect() -> Weight;
	/// [`crate::Call::clear_bill`].
	fn clear_bill() -> Weight;
	/// [`crate::Call::count_sales`].
	fn count_sales() -> Weight;
	/// [`crate::Call::forget_sales`].
	fn forget_sales() -> Weight;
	/// [`crate::Pallet::note_served`], where so many deals pay for so many reports.
	fn note_served(deals: u32, reports: u32) -> Weight;
}

/// For tests.
impl WeightInfo for () {
	fn offer() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn count_sales() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn forget_sales() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn withdraw_offer() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn open() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn fund() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn settle_units() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn settle_time() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn close() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn finish() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn finish_job() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn finish_deal() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn open_deal() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn close_job() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn set_division() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn deliver() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn accept() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn dispute() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn rule() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn bill() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn collect() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn clear_bill() -> Weight {
		Weight::from_parts(1, 0)
	}

	fn note_served(_: u32, _: u32) -> Weight {
		Weight::from_parts(1, 0)
	}
}
