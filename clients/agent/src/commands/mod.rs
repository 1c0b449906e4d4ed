//! What the command line does once and ends.

pub mod access;
mod bills;
pub mod buy;
pub mod chair;
pub mod claim;
pub mod credits;
pub mod describe;
mod files;
pub mod init;
pub mod map;
pub mod market;
mod offering;
pub mod profile;
pub mod register;
pub mod signer;
pub mod status;
pub mod validator;
pub mod verify;
pub mod why;
