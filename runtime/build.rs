//! Compiles the runtime to WebAssembly twice: as a live chain runs it, and with the short slots and
//! sessions of a development chain.

#[cfg(feature = "std")]
fn main() {
	let builder = || {
		let builder = substrate_wasm_builder::WasmBuilder::init_with_defaults();
		#[cfg(feature = "metadata-hash")]
		let builder = builder.enable_metadata_hash("STN", 12);
		builder
	};
	builder().build();
	builder().set_file_name("fast_runtime_binary.rs").enable_feature("fast-runtime").build();
	// What a development chain is upgraded to in a rehearsal; nothing includes it.
	const REHEARSAL: &str = "SUBSTATION_NEXT_RUNTIME";
	println!("cargo:rerun-if-env-changed={REHEARSAL}");
	if std::env::var_os(REHEARSAL).is_some() {
		builder()
			.set_file_name("next_runtime_binary.rs")
			.enable_feature("fast-runtime")
			.enable_feature("next-runtime")
			.build();
	}
}

#[cfg(not(feature = "std"))]
fn main() {}
