//! What the command line does once and ends.

pub mod access;
pub mod buy;
pub mod claim;
pub mod credits;
mod files;
pub mod init;
pub mod market;
pub mod register;
pub mod signer;
pub mod status;
pub mod validator;
pub mod verify;
pub mod why;
