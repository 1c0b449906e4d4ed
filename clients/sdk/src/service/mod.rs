//! Service over HTTP that is paid for by an agreement: what is offered, how it is counted, and what travels.
//!
//! Who asks without paying is answered with status 402 and a [`payment::Required`], in the shape of x402, version 2. Who has an
//! agreement sends a [`payment::Payment`] with each request, which the agreement's key signs, and hands receipts for what it
//! has taken to [`RECEIPTS`]. Who serves is ahead of receipts by one window at the most, so that neither side can lose more
//! than that by the other's silence.

pub mod buyer;
pub mod counting;
pub mod grant;
pub mod offer;
pub mod payment;
pub mod tab;

/// Where receipts are handed to who serves: `POST` with a [`payment::Handed`], answered with a [`payment::Tab`].
pub const RECEIPTS: &str = "/.well-known/substation/receipts";
/// Where who serves says what it offers: the bytes whose hash is the offer's document.
pub const OFFER: &str = "/.well-known/substation/offer";
/// What begins like this is about the service, and costs nothing.
pub const ABOUT: &str = "/.well-known/substation/";
/// By which agreement something is asked for, as told to the service behind.
pub const AGREEMENT: &str = "substation-agreement";
/// The longest body of a request.
pub const LONGEST_BODY: usize = 1 << 20;
