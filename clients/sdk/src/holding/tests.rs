use super::*;
use std::{
	fs::{self, File},
	os::unix::{fs::symlink, net::UnixListener},
	process::Command,
	sync::{
		atomic::{AtomicU64, Ordering},
		Arc,
	},
};

use substation_primitives::AccountId32;
use tempfile::TempDir;

use crate::{failure::Failure, progress::Work};

fn folder(files: &[(&str, &[u8])]) -> TempDir {
	let folder = tempfile::tempdir().unwrap();
	for (name, bytes) in files {
		let path = folder.path().join(name);
		fs::create_dir_all(path.parent().unwrap()).unwrap();
		fs::write(path, bytes).unwrap();
	}
	folder
}

fn bytes_of(folder: &TempDir, most: usize) -> Vec<u8> {
	Holding::first_bytes(folder.path(), most).unwrap()
}

fn refused(folder: &TempDir) -> String {
	let error = Holding::read(folder.path(), usize::MAX).err().unwrap();
	assert_eq!(Failure::code_of(&error), 2, "{error:#}");
	error.to_string()
}

fn context() -> ReportContext {
	ReportContext {
		genesis: H256::repeat_byte(1),
		network: 1,
		epoch: 9,
		aggregator: AccountId32::new([2; 32]),
		entropy: H256::repeat_byte(3),
	}
}

/// Bytes that no two pieces have alike.
fn noise(length: usize) -> Vec<u8> {
	(0..length as u64).map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect()
}

#[test]
fn files_are_read_in_the_order_of_their_paths_and_cut_where_told() {
	let folder = folder(&[("c", b"third"), ("b/x", b"second"), ("a", b"first"), (".git/y", b"no")]);

	assert_eq!(bytes_of(&folder, usize::MAX), b"firstsecondthird");
	assert_eq!(bytes_of(&folder, 7), b"firstse");
	let whole = Holding::read(folder.path(), usize::MAX).unwrap();
	assert_eq!((whole.length(), whole.files()), (16, 3));
	assert!(Holding::read(&folder.path().join(".git/z"), 9).is_err());
}

#[test]
fn an_empty_folder_is_nothing_to_store() {
	let told = refused(&folder(&[("empty", b"")]));

	assert!(told.contains("nothing to store"), "{told}");
	assert!(Holding::of(Vec::new()).is_err());
}

#[test]
fn links_are_followed() {
	let outside = folder(&[("far", b"from afar")]);
	let folder = folder(&[("a", b"here, ")]);
	symlink(outside.path().join("far"), folder.path().join("b")).unwrap();
	symlink(outside.path(), folder.path().join("c")).unwrap();

	assert_eq!(bytes_of(&folder, usize::MAX), b"here, from afarfrom afar");
}

#[test]
fn what_cannot_be_stored_is_named_and_refused() {
	let dangling = folder(&[("a", b"here")]);
	symlink("gone", dangling.path().join("b")).unwrap();
	let told = refused(&dangling);
	assert!(told.contains("/b is a link to nothing"), "{told}");

	let circle = folder(&[("inner/a", b"here")]);
	symlink(circle.path(), circle.path().join("inner/back")).unwrap();
	let told = refused(&circle);
	assert!(told.contains("/inner/back is a link to a folder that it is in"), "{told}");

	let socket = folder(&[("a", b"here")]);
	let _listener = UnixListener::bind(socket.path().join("b")).unwrap();
	let told = refused(&socket);
	assert!(told.contains("/b is neither a file nor a folder but a socket"), "{told}");

	let pipe = folder(&[("a", b"here")]);
	let made = Command::new("mkfifo").arg(pipe.path().join("b")).status().unwrap();
	assert!(made.success());
	let told = refused(&pipe);
	assert!(told.contains("/b is neither a file nor a folder but a pipe"), "{told}");
	// What is beyond what is wanted is nobody's business.
	assert_eq!(bytes_of(&pipe, 3), b"her");
}

#[test]
fn a_tree_in_blocks_is_the_tree_over_all_pieces() {
	let policy = Policy { shown: 4, cap: 1 << 30 };
	let device = DeviceId::repeat_byte(7);
	for length in [1, 255, 256, 257, 5_000, BLOCK_BYTES, BLOCK_BYTES + 1, 3 * BLOCK_BYTES + 300] {
		let data = noise(length);
		let cuts = [length / 3, length / 2];
		let folder = folder(&[
			("a", &data[..cuts[0]]),
			("b", &data[cuts[0]..cuts[1]]),
			("c", &data[cuts[1]..]),
		]);
		let whole = Committed::new(&data).unwrap();
		let expected = whole.prove(&context(), &policy, &device, &data).unwrap();

		let files = Holding::read(folder.path(), usize::MAX).unwrap();
		for holding in [files, Holding::of(data).unwrap()] {
			assert_eq!(holding.data_set().unwrap(), whole.data_set(), "{length} bytes");
			assert_eq!(holding.prove(&context(), &policy, &device).unwrap(), expected);
		}
	}
}

#[test]
fn what_has_changed_since_is_not_shown() {
	let folder = folder(&[("a", &noise(3_000))]);
	let policy = Policy { shown: 1, cap: 1 << 30 };
	let device = DeviceId::repeat_byte(7);
	let holding = Holding::read(folder.path(), usize::MAX).unwrap();
	assert!(holding.prove(&context(), &policy, &device).is_ok());

	fs::write(folder.path().join("a"), vec![0; 3_000]).unwrap();
	let told = holding.prove(&context(), &policy, &device).unwrap_err().to_string();
	assert!(told.contains("has changed since it was read"), "{told}");

	fs::write(folder.path().join("a"), b"short").unwrap();
	let told = holding.prove(&context(), &policy, &device).unwrap_err().to_string();
	assert!(told.contains("has become shorter"), "{told}");
}

#[test]
fn of_a_file_that_is_larger_than_memory_only_what_is_wanted_is_read() {
	let folder = folder(&[]);
	let path = folder.path().join("sparse");
	File::create(&path).unwrap().set_len(2 << 40).unwrap();

	assert_eq!(Holding::first_bytes(&path, 4_096).unwrap(), [0; 4_096]);
	assert_eq!(Holding::read(&path, BLOCK_BYTES).unwrap().length(), BLOCK_BYTES as u64);
	// All of it is more than a data set may be, which is told before anything is read.
	assert!(Holding::read(&path, usize::MAX).is_err());
}

#[derive(Clone, Default)]
struct Counted(Arc<[AtomicU64; 2]>);

impl Progress for Counted {
	fn begin(&self, steps: u64, _: &'static str) -> Box<dyn Work> {
		self.0[0].store(steps, Ordering::SeqCst);
		Box::new(self.clone())
	}
}

impl Work for Counted {
	fn advance(&self, steps: u64) {
		self.0[1].fetch_add(steps, Ordering::SeqCst);
	}
}

#[test]
fn how_far_reading_is_can_be_seen() {
	let folder = folder(&[("a", &noise(2 * BLOCK_BYTES + 1))]);
	let counted = Counted::default();

	Holding::read_with(folder.path(), u64::MAX, &counted).unwrap();

	assert_eq!(counted.0.each_ref().map(|count| count.load(Ordering::SeqCst)), [3, 3]);
}
