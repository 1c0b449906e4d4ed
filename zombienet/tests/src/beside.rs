//! Stories that are told at the same time.

use std::{future::Future, pin::Pin};

use anyhow::{anyhow, Context, Result};
use tokio::{runtime::Handle, sync::watch, task::block_in_place};

/// What happens on a network, while it happens.
type Telling<'a> = Pin<Box<dyn Future<Output = Result<()>> + 'a>>;

/// What is to happen on a network.
pub struct Story<'a> {
	name: &'static str,
	begin: Box<dyn FnOnce() -> Telling<'a> + Send + 'a>,
}

impl<'a> Story<'a> {
	/// A story with a name. It is begun in the thread in which it is told, and stays there.
	pub fn new<F: Future<Output = Result<()>> + 'a>(
		name: &'static str,
		begin: impl FnOnce() -> F + Send + 'a,
	) -> Self {
		Self { name, begin: Box::new(move || Box::pin(begin())) }
	}
}

/// Tells stories at the same time, each in a thread of its own: while one computes, the others are answered, and none of
/// their connections gets too late. The first that fails ends all. On a runtime of several threads.
pub async fn beside(stories: impl IntoIterator<Item = Story<'_>>) -> Result<()> {
	let (end, _) = watch::channel(false);
	let runtime = Handle::current();
	let tell = |Story { name, begin }: Story<'_>| {
		let mut ended = end.subscribe();
		let told = runtime.block_on(async {
			tokio::select! {
				told = begin() => told.context(name),
				_ = ended.wait_for(|ended| *ended) => Ok(()),
			}
		});
		if told.is_err() {
			end.send_replace(true);
		}
		told
	};
	block_in_place(|| {
		std::thread::scope(|threads| {
			let told: Vec<_> =
				stories.into_iter().map(|story| threads.spawn(|| tell(story))).collect();
			// All are waited for before anything is said.
			told.into_iter().try_for_each(|thread| {
				thread.join().unwrap_or_else(|_| Err(anyhow!("a story panicked")))
			})
		})
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Duration;

	#[tokio::test(flavor = "multi_thread")]
	async fn one_that_computes_keeps_no_other_waiting() {
		let (said, heard) = std::sync::mpsc::channel();
		let computes = async move {
			heard.recv_timeout(Duration::from_secs(60)).context("nobody else was let at it")
		};
		let speaks = async move {
			tokio::task::yield_now().await;
			said.send(()).map_err(Into::into)
		};
		beside([Story::new("computes", || computes), Story::new("speaks", || speaks)])
			.await
			.unwrap();
	}

	#[tokio::test(flavor = "multi_thread")]
	async fn the_first_that_fails_ends_all_and_is_named() {
		let waits = async {
			std::future::pending::<()>().await;
			Ok(())
		};
		let fails = async { Err(anyhow!("as it has to")) };
		let stories = [Story::new("waits", || waits), Story::new("fails", || fails)];
		let error = format!("{:#}", beside(stories).await.unwrap_err());
		assert_eq!(error, "fails: as it has to");
	}
}
