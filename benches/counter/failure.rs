//! Why a measurement did not come about.

use std::error::Error;

pub(crate) type Failure = Box<dyn Error>;
