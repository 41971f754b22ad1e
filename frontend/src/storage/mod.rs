//! What this browser keeps: one IndexedDB database per server and account.
