//! Tests through real nodes. They take minutes, and run one after the other.

#[path = "nodes"]
mod nodes {
	mod evidence;
}
