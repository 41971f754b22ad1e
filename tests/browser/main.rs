//! The release client in a real browser, with the real server: what a person sees.

mod accounts;
mod composer;
mod groups;
mod people;
mod settings;
mod talk;
mod timeline;

mod offline;
mod storage;
mod tabs;
mod two_devices;
mod update;

mod accessible;
mod firefox;
mod install;
mod notification_page;
mod notification_settings;
mod notifications;
mod worker;
