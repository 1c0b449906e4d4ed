//! `purge-chain`: removes what the node keeps of a chain.
//!
//! The SDK's own removes the database alone. Statements and compiled runtimes of a chain that is no more would meet the one
//! that begins anew under its name.

use crate::service::COMPILED_RUNTIMES;
use sc_cli::{Error, Result};
use sc_service::{Configuration, DatabaseSource};
use std::{
	collections::BTreeSet,
	fs,
	io::{self, Write},
	path::{Path, PathBuf},
};

/// Folders, as the node and the SDK name them.
const STATEMENTS: &str = "statements";
const KEYS: [&str; 2] = ["keystore", "network"];

/// Asks, unless `yes`, and removes.
pub fn run(yes: bool, config: &Configuration) -> Result<()> {
	let folders = of_the_chain(&config.data_path, &config.database)?;
	if folders.is_empty() {
		eprintln!("There is nothing of the chain in {}.", config.data_path.display());
		return Ok(());
	}
	if !yes {
		print!("{}", question(&config.data_path, &folders));
		io::stdout().flush()?;
		let mut answer = String::new();
		io::stdin().read_line(&mut answer)?;
		if !answer.trim_start().starts_with(['y', 'Y']) {
			println!("Nothing was removed.");
			return Ok(());
		}
	}
	for folder in folders {
		fs::remove_dir_all(&folder)?;
		println!("{} removed.", folder.display());
	}
	Ok(())
}

/// The folders that there are of the chain. Compiled runtimes that lie elsewhere may be of other nodes, too.
fn of_the_chain(root: &Path, database: &DatabaseSource) -> Result<Vec<PathBuf>> {
	let path = database.path().and_then(Path::parent).ok_or_else(|| {
		Error::Input("this database has no folder of its own: remove it by other means".into())
	})?;
	let mut folders = BTreeSet::from([path.to_path_buf()]);
	if let DatabaseSource::Auto { rocksdb_path, .. } = database {
		folders.extend(rocksdb_path.parent().map(Path::to_path_buf));
	}
	folders.extend([STATEMENTS, COMPILED_RUNTIMES].map(|name| root.join(name)));
	Ok(folders.into_iter().filter(|folder| folder.is_dir()).collect())
}

fn question(root: &Path, folders: &[PathBuf]) -> String {
	let lines: String = folders.iter().map(|folder| format!("  {}\n", folder.display())).collect();
	let keys = KEYS.map(|name| root.join(name).display().to_string()).join(" and ");
	format!(
		"What the node keeps of the chain is removed for good, its database, statements and compiled runtimes:\n\
		 {lines}Its keys stay, in {keys}.\nRemove? [y/N]: "
	)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn all_of_the_chain_goes_and_keys_stay() -> std::result::Result<(), Box<dyn std::error::Error>>
	{
		let root = tempfile::tempdir()?;
		let folder = |name: &str| root.path().join(name);
		let database = DatabaseSource::ParityDb { path: folder("paritydb/full") };
		assert_eq!(of_the_chain(root.path(), &database)?, Vec::<PathBuf>::new());
		for name in ["paritydb/full", "statements", "runtimes/modules", "keystore", "network"] {
			fs::create_dir_all(folder(name))?;
		}
		let folders = of_the_chain(root.path(), &database)?;
		assert_eq!(folders, ["paritydb", "runtimes", "statements"].map(folder));
		let question = question(root.path(), &folders);
		for path in &folders {
			assert!(question.contains(&path.display().to_string()), "{question}");
		}
		for word in ["statements", "compiled runtimes", "keystore", "network"] {
			assert!(question.contains(word), "{word}: {question}");
		}
		Ok(())
	}

	#[test]
	fn both_databases_go_when_the_node_was_to_choose(
	) -> std::result::Result<(), Box<dyn std::error::Error>> {
		let root = tempfile::tempdir()?;
		let folder = |name: &str| root.path().join(name);
		let database = DatabaseSource::Auto {
			paritydb_path: folder("paritydb/full"),
			rocksdb_path: folder("db/full"),
			cache_size: 0,
		};
		fs::create_dir_all(folder("db/full"))?;
		assert_eq!(of_the_chain(root.path(), &database)?, [folder("db")]);
		Ok(())
	}
}
