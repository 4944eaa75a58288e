#![doc = include_str!("../../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

pub mod dialect;
pub mod dsl;
pub mod statement;

#[doc(hidden)]
pub mod __private;

mod macros;
