//! Accounts.

use anyhow::Result;
use substation_primitives::AccountId32;
use subxt::utils::AccountId32 as RpcAccount;
use subxt_signer::sr25519::Keypair;

use super::{connection::Chain, generated::api};

/// A signer's account, as the protocol names it.
pub fn account(signer: &Keypair) -> AccountId32 {
	AccountId32::new(signer.public_key().0)
}

/// An account, as the client library names it.
pub fn rpc_account(account: &AccountId32) -> RpcAccount {
	RpcAccount(*<AccountId32 as AsRef<[u8; 32]>>::as_ref(account))
}

impl Chain {
	/// What an account can spend.
	pub async fn balance(&self, account: &AccountId32) -> Result<u128> {
		let at = self.client.at_current_block().await?;
		let account = rpc_account(account);
		let address = api::storage().system().account();
		let found = at.storage().try_fetch(address, (account,)).await?;
		Ok(match found {
			Some(value) => value.decode()?.data.free,
			None => 0,
		})
	}
}
