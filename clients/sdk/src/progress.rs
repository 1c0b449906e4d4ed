//! Telling how far work has come. This library shows nothing itself: who uses it may.

/// Who is told how far work has come.
pub trait Progress: Send + Sync {
	/// Work of so many steps begins. It ends when what is given back is dropped.
	fn begin(&self, steps: u64, what: &'static str) -> Box<dyn Work>;
}

/// Work that goes on.
pub trait Work: Send + Sync {
	/// So many steps more are done.
	fn advance(&self, steps: u64);
}

/// Tells nobody.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Progress for Quiet {
	fn begin(&self, _: u64, _: &'static str) -> Box<dyn Work> {
		Box::new(Self)
	}
}

impl Work for Quiet {
	fn advance(&self, _: u64) {}
}
