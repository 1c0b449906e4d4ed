//! The statement store as off-chain workers see it.
//!
//! The host interface has no look-up by hash: `broadcasts` finds statements by topic, and topics are
//! anybody's to use. A worker that asked for a topic could be handed more than it can allocate. Here
//! `broadcasts` takes a statement's hash in place of a topic and answers with that body alone.

use sp_statement_store::{
	AdmittedBatch, FilterDecision, Hash, Result, Statement, StatementSource, StatementStore,
	SubmitResult, Topic,
};
use std::sync::Arc;

/// A body is at most this long; a longer one is not handed to the worker.
pub const MAX_BODY_BYTES: usize = substation_primitives::batch::MAX_BODY_BYTES as usize;

/// Statements looked up by their hash.
pub struct Bodies(pub Arc<dyn StatementStore>);

impl StatementStore for Bodies {
	/// The body of the statement whose hash is the only element of `hashes`, if it is stored.
	fn broadcasts(&self, hashes: &[Topic]) -> Result<Vec<Vec<u8>>> {
		let [hash] = hashes else { return Ok(Vec::new()) };
		let body = self.0.statement(&hash.0)?.and_then(Statement::into_data);
		Ok(body.into_iter().filter(|body| body.len() <= MAX_BODY_BYTES).collect())
	}

	fn statements(&self) -> Result<Vec<(Hash, Statement)>> {
		self.0.statements()
	}

	fn take_recent_statements(&self) -> Result<Vec<(u64, Hash, Statement)>> {
		self.0.take_recent_statements()
	}

	fn statement(&self, hash: &Hash) -> Result<Option<Statement>> {
		self.0.statement(hash)
	}

	fn has_statement(&self, hash: &Hash) -> bool {
		self.0.has_statement(hash)
	}

	fn statements_by_hashes(
		&self,
		hashes: &[Hash],
		filter: &mut dyn FnMut(&Hash, &[u8], &Statement) -> FilterDecision,
	) -> Result<(Vec<(Hash, Statement)>, usize)> {
		self.0.statements_by_hashes(hashes, filter)
	}

	fn admission_watermark(&self) -> Result<u64> {
		self.0.admission_watermark()
	}

	fn admitted_statements(
		&self,
		cursor: u64,
		watermark: u64,
		scan_limit: usize,
		filter: &mut dyn FnMut(&Hash, &[u8], &Statement) -> FilterDecision,
	) -> Result<AdmittedBatch> {
		self.0.admitted_statements(cursor, watermark, scan_limit, filter)
	}

	fn posted(&self, topics: &[Topic], dest: [u8; 32]) -> Result<Vec<Vec<u8>>> {
		self.0.posted(topics, dest)
	}

	fn posted_clear(&self, topics: &[Topic], dest: [u8; 32]) -> Result<Vec<Vec<u8>>> {
		self.0.posted_clear(topics, dest)
	}

	fn broadcasts_stmt(&self, topics: &[Topic]) -> Result<Vec<Vec<u8>>> {
		self.0.broadcasts_stmt(topics)
	}

	fn posted_stmt(&self, topics: &[Topic], dest: [u8; 32]) -> Result<Vec<Vec<u8>>> {
		self.0.posted_stmt(topics, dest)
	}

	fn posted_clear_stmt(&self, topics: &[Topic], dest: [u8; 32]) -> Result<Vec<Vec<u8>>> {
		self.0.posted_clear_stmt(topics, dest)
	}

	fn submit(&self, statement: Statement, source: StatementSource) -> SubmitResult {
		self.0.submit(statement, source)
	}

	fn remove(&self, hash: &Hash) -> Result<()> {
		self.0.remove(hash)
	}

	fn remove_by(&self, who: [u8; 32]) -> Result<()> {
		self.0.remove_by(who)
	}
}
