//! A client of a node.

mod accounts;
mod aggregators;
mod commitment;
mod connection;
mod costs;
mod generated;
mod kind;
mod nodes;
mod prices;
mod refusals;
mod rehearsal;
mod staking;
mod statements;
mod store;
mod transactions;
mod views;

pub use accounts::{account, rpc_account};
pub use aggregators::Means;
pub use connection::{Chain, Events, NODE};
pub use costs::{Costs, Funds};
pub use generated::{
	api, Aggregator, BatchState, Capacity, Commitment, DeviceView, Market, MemberStanding,
	NetworkTerms, Pool, RegistrationProof, Round, RuntimeCall, Schedule,
};
pub use kind::ChainKind;
pub use prices::{Held, Taken};
pub use refusals::explain;
pub use staking::{Ledger, Standing};
pub use store::Store;
pub use transactions::Written;
pub use views::Clock;
pub(crate) use views::{all_pages, PAGE};
