//! The one writer: what came together is committed together.
