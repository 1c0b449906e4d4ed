//! Records the commit that the node is built from, for `--version`.

fn main() {
	// What the SDK's macro for host functions asks for.
	println!("cargo::rustc-check-cfg=cfg(substrate_runtime)");
	substrate_build_script_utils::generate_cargo_keys();
	substrate_build_script_utils::rerun_if_git_head_changed();
}
