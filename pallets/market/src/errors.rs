//! What this pallet refuses. [`crate::pallet`] takes it in as if it stood there.

use frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// There is no such offer, or no such agreement: look its number up. What has ended is gone.
		NotFound,
		/// It is somebody else's: only its sides may do that, and only its owner sets a network's division.
		NotYours,
		/// There is no such network, or it takes nobody. Look its number up.
		NoNetwork,
		/// The device is not the provider's, or has no seat in the network.
		NotMember,
		/// A price, a rate, what an epoch pays at the most, places, times and reports are all to be more than nothing; and not
		/// all reports of a deal may fail.
		NothingAsked,
		/// The notice, or the time to look at a job, is shorter or longer than is allowed: see `Market.MinNotice` and
		/// `Market.MaxNotice`.
		NoticeOutOfRange,
		/// The offer can be taken no more: its last block is over. Of a new one it is to come.
		Expired,
		/// All places of the offer are taken. Wait until an agreement ends, or take another offer.
		NoPlace,
		/// It is less than the least: see the parameter `Market.Least`, and the price of a unit or a block; of a job with its
		/// arbiter's fee; of all reports of a deal.
		TooLittle,
		/// There are not as many credits. Burn tokens for more: `credits.buy`.
		NotEnough,
		/// The account cannot pay the deposit, or the fee of a record.
		CannotPay,
		/// Less is worth what was burned for these credits than the offer asks for: they were bought when tokens were worth
		/// more. Buy new ones.
		TooThin,
		/// Not so with these terms: units need a key and a receipt, and time has none; credits for a job or a deal are put in at
		/// the opening; only a job is delivered; only a deal's provider can close it.
		WrongShape,
		/// The receipt is not signed by the agreement's key, over this chain's genesis, this agreement and these units.
		BadReceipt,
		/// Nothing is due: all that the receipt says was paid, or no block has passed.
		NothingDue,
		/// There are no credits for another unit. Fund the agreement.
		Uncovered,
		/// As much was paid in this epoch as the offer allows. Settle in the next one, with the same receipt.
		TooFast,
		/// The agreement has ended: finish it.
		Ended,
		/// The agreement ends already, no later than that.
		AlreadyClosing,
		/// The agreement has not ended: close it first, or wait.
		StillRunning,
		/// More than 95 % would be made again.
		DivisionTooLarge,
		/// The provider's account cannot take so little: it has to hold the least that an account holds first.
		CannotReceive,
		/// A referendum has paused receipts: a notice would be over before they count. Without your signature nothing
		/// is paid. Close when they are taken again.
		ReceiptsStopped,
		/// A deal is about a device: name the one whose reports are to be paid.
		NoDevice,
		/// The device has as many deals as it can. Take another offer, or wait until one is finished.
		TooManyDeals,
		/// The provider's account does not hold what it offers as collateral. Take another offer.
		NoCollateral,
		/// Nobody decides about this job but its sides: the offer names no arbiter, or one of them.
		NoArbiter,
		/// The job was delivered: its buyer accepts it, or disputes it once; in a dispute both sides propose what is paid.
		Delivered,
		/// The job was not delivered yet, or is disputed already.
		NotDelivered,
		/// The network takes no reports now, or is about to take them otherwise: wait until its terms are in force.
		NotReporting,
		/// A deal is no longer than a year of hours: 8,784 epochs.
		TooLong,
		/// Nobody disputes the job.
		NotDisputed,
		/// A bill has from one leaf to 65,536.
		BillTooLarge,
		/// There is a bill of yours for this epoch and network. Wait for the next epoch.
		AlreadyBilled,
		/// The leaf, its place and its path do not lead to the bill's root and total. Ask the payer for them again.
		WrongLeaf,
		/// Nobody owns the device, or not any more.
		NoOwner,
		/// The leaf was collected.
		AlreadyCollected,
		/// Sales of this device are counted already.
		AlreadyCounted,
		/// Judges may still ask for what was counted. Wait until the epochs in which something was sold are frozen.
		StillRead,
		/// The network's owner has lowered what sellers get since this was offered. Ask the provider for a new offer.
		DivisionLowered,
	}
}
