//! The door of an aggregator: connections, bounded in number, in time, and for each address.

use std::{
	collections::BTreeMap,
	future::Future,
	io,
	net::{IpAddr, Ipv6Addr},
	pin::pin,
	sync::{Arc, Mutex, MutexGuard, PoisonError},
	time::Duration,
};

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::{
	rt::{TokioIo, TokioTimer},
	server::graceful::GracefulShutdown,
	service::TowerToHyperService,
};
use tokio::{
	net::TcpListener,
	signal::{
		ctrl_c,
		unix::{signal, SignalKind},
	},
};

/// How many come in, and for how long they stay.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
	/// Connections at a time.
	pub connections: usize,
	/// And from one address. This machine's own is not counted: a proxy that speaks TLS counts for itself.
	pub per_address: usize,
	/// The longest wait for the head of a request, the next one of a connection included.
	pub head: Duration,
	/// The longest life of a connection.
	pub longest: Duration,
}

impl Default for Bounds {
	fn default() -> Self {
		Self {
			// Below the number of files that a process may have open almost everywhere.
			connections: 512,
			per_address: 32,
			head: Duration::from_secs(2),
			longest: Duration::from_secs(60),
		}
	}
}

/// Bytes of a head, and of what is read ahead of a body.
const BUFFER: usize = 16 * 1_024;
/// How long those who are in may take to leave.
const FAREWELL: Duration = Duration::from_secs(5);

/// Who is in.
#[derive(Default)]
struct Inside {
	all: usize,
	from: BTreeMap<IpAddr, usize>,
}

/// Counts who is in.
struct Door {
	bounds: Bounds,
	inside: Mutex<Inside>,
}

/// A place inside, free again once it is dropped.
struct Place(Arc<Door>, Option<IpAddr>);

/// Who counts as one: an address, or a whole network of version 6, which has more of them than can be counted.
fn origin(address: IpAddr) -> Option<IpAddr> {
	let address = address.to_canonical();
	match address {
		_ if address.is_loopback() => None,
		IpAddr::V6(address) => {
			let network = u128::from(address) >> 64 << 64;
			Some(Ipv6Addr::from(network).into())
		}
		address => Some(address),
	}
}

impl Door {
	fn inside(&self) -> MutexGuard<'_, Inside> {
		self.inside.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
		let mut inside = self.inside();
		if inside.all >= self.bounds.connections {
			return None;
		}
		let origin = origin(address);
		if let Some(origin) = origin {
			let from = inside.from.entry(origin).or_default();
			if *from >= self.bounds.per_address {
				return None;
			}
			*from += 1;
		}
		inside.all += 1;
		Some(Place(self.clone(), origin))
	}
}

impl Drop for Place {
	fn drop(&mut self) {
		let mut inside = self.0.inside();
		inside.all = inside.all.saturating_sub(1);
		let Some(origin) = self.1 else { return };
		if let Some(from) = inside.from.get_mut(&origin) {
			*from = from.saturating_sub(1);
			if *from == 0 {
				inside.from.remove(&origin);
			}
		}
	}
}

/// Serves `routes` to who connects, within `bounds`, until `stop`.
pub async fn serve(
	listener: TcpListener,
	routes: Router,
	bounds: Bounds,
	stop: impl Future<Output = ()>,
) {
	let door = Arc::new(Door { bounds, inside: Mutex::default() });
	let leaving = GracefulShutdown::new();
	let mut stop = pin!(stop);
	loop {
		let accepted: io::Result<_> = tokio::select! {
			accepted = listener.accept() => accepted,
			() = &mut stop => break,
		};
		let Ok((stream, peer)) = accepted else {
			// As when too many files are open: soon some are closed.
			tokio::time::sleep(Duration::from_millis(100)).await;
			continue;
		};
		// Who finds no place is sent away at once: a wait would be one more thing to hold.
		let Some(place) = door.enter(peer.ip()) else { continue };
		let service = TowerToHyperService::new(routes.clone());
		let connection = http1::Builder::new()
			.timer(TokioTimer::new())
			.header_read_timeout(bounds.head)
			.max_buf_size(BUFFER)
			.serve_connection(TokioIo::new(stream), service);
		let connection = leaving.watch(connection);
		tokio::spawn(async move {
			let _place = place;
			let _ = tokio::time::timeout(bounds.longest, connection).await;
		});
	}
	drop(listener);
	let _ = tokio::time::timeout(FAREWELL, leaving.shutdown()).await;
}

/// Until somebody says that it is enough: an interrupt, or the signal by which services are ended.
pub async fn stopped() {
	let Ok(mut terminated) = signal(SignalKind::terminate()) else {
		let _ = ctrl_c().await;
		return;
	};
	tokio::select! {
		_ = ctrl_c() => {}
		_ = terminated.recv() => {}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn door(connections: usize, per_address: usize) -> Arc<Door> {
		let bounds = Bounds { connections, per_address, ..Default::default() };
		Arc::new(Door { bounds, inside: Mutex::default() })
	}

	fn address(text: &str) -> IpAddr {
		text.parse().unwrap()
	}

	#[test]
	fn no_address_takes_all_places() {
		let door = door(5, 2);
		let stranger = address("192.0.2.1");

		let held: Vec<_> = (0..2).map(|_| door.enter(stranger).unwrap()).collect();
		assert!(door.enter(stranger).is_none());
		assert!(door.enter(address("192.0.2.2")).is_some());
		drop(held);
		assert!(door.enter(stranger).is_some());
		let inside = door.inside();
		assert!(inside.from.is_empty() && inside.all == 0);
	}

	#[test]
	fn a_network_of_version_6_counts_as_one_and_this_machine_not_at_all() {
		let door = door(5, 1);

		let _one = door.enter(address("2001:db8::1")).unwrap();
		assert!(door.enter(address("2001:db8::2")).is_none());
		let _other = door.enter(address("2001:db8:0:1::1")).unwrap();
		let _own: Vec<_> = (0..3).map(|_| door.enter(address("127.0.0.1")).unwrap()).collect();
		assert!(door.enter(address("::1")).is_none(), "there are five places in all");
	}
}
