//! Two engines, one set of SQL: where they differ, they differ here.
