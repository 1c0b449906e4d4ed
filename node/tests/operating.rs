//! What an operator meets, on real nodes.

mod nodes;
