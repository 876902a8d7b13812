//! The only room that touches the browser: storage, timers, keys, the editor's bundle, files of the site.

pub mod address;
pub mod board;
pub mod clipboard;
pub mod dialog;
pub mod editor;
pub mod fields;
pub mod files;
pub mod frames;
pub mod geometry;
pub mod gestures;
pub mod keyboard;
pub mod motion;
pub mod outside;
pub mod site;
pub mod source;
pub mod storage;
pub mod timers;
