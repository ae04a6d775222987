//! Partners told through HTTP: pages and API.

mod api;
mod pages;
