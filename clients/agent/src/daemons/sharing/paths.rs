//! Which paths a data server shares, and what one has to be granted for each.

use substation_sdk::access::read_scopes;

/// What one has to be granted for paths that begin so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
	path: String,
	scope: u32,
}

pub(super) fn a_rule(text: &str) -> Result<Rule, String> {
	let (path, scopes) = text.split_once('=').ok_or("a rule is a path, =, and scopes")?;
	if !path.starts_with('/') {
		return Err("a path begins with /".into());
	}
	let scope = read_scopes(scopes).map_err(|error| error.to_string())?;
	Ok(Rule { path: path.trim_end_matches('/').into(), scope })
}

/// Whether a path means the same for everybody who reads it: no parts that lead elsewhere, no parameters, and nothing escaped
/// that may be written as it is, so that it cannot be written in two ways.
fn is_plain(path: &str) -> bool {
	let parts = path.split('/').skip(1).collect::<Vec<_>>();
	let (last, before) = parts.split_last().unwrap_or((&"", &[]));
	let sound = |part: &&str| !part.is_empty() && *part != "." && *part != "..";
	let escapes = path.split('%').skip(1).all(|rest| {
		let digits = rest.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
		// Those that need it: spaces, and what is beyond ASCII.
		digits.is_some_and(|byte| byte == b' ' || byte >= 0x80)
	});
	let odd = ['\\', ';'];
	let ends = last.is_empty() || sound(last);
	path.starts_with('/') && before.iter().all(sound) && ends && escapes && !path.contains(odd)
}

/// What one has to be granted for a path. Nothing if it is not shared.
pub(super) fn scope_of(rules: &[Rule], path: &str) -> Option<u32> {
	if !is_plain(path) {
		return None;
	}
	let fits = |rule: &&Rule| {
		path.strip_prefix(rule.path.as_str())
			.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
	};
	rules.iter().filter(fits).max_by_key(|rule| rule.path.len()).map(|rule| rule.scope)
}

#[cfg(test)]
mod tests {
	use super::*;

	const HISTORY: u32 = 8;
	const LIVE: u32 = 4;

	#[test]
	fn paths_are_compared_part_by_part() {
		let rules: Vec<_> =
			["/=live", "/history/=history"].iter().map(|rule| a_rule(rule).unwrap()).collect();
		for (path, scope) in [
			("/history", Some(HISTORY)),
			("/history/a/b", Some(HISTORY)),
			("/historical", Some(LIVE)),
			("/", Some(LIVE)),
			("/history/../live", None),
			("/history/.", None),
			("/a\\b", None),
			("/%2E%2E/x", None),
		] {
			assert_eq!(scope_of(&rules, path), scope, "{path}");
		}
		for wrong in ["history=live", "/history", "/history=all"] {
			assert!(a_rule(wrong).is_err(), "{wrong}");
		}
	}
}
