//! A layer between the server and the disk that forgets what was not synced, fails calls, or is
//! full: `shim/shim.c`, put before the C library by `LD_PRELOAD`. Why it is C: `docs/adr/0010`.

mod log;
mod power;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use rig::{Outcome, preload};

use crate::Setting;
use crate::stand::Home;

pub(crate) use power::{Dropped, Loss};

const SOURCE: &str = include_str!("../../shim/shim.c");

/// `EIO`, as Linux numbers it.
pub(crate) const EIO: i32 = 5;

/// `ENOSPC`.
pub(crate) const ENOSPC: i32 = 28;

/// The compiled layer.
#[derive(Debug)]
pub(crate) struct Shim {
    library: PathBuf,
}

/// A kind of call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Call {
    Sync,
    Write,
    Rename,
}

/// How a call fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// With that number of an error.
    Error(i32),
    /// It writes half.
    Short,
    /// It never returns.
    Hang,
}

/// The call that fails: the one of that number, counted from 1 among those of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) call: Call,
    pub(crate) number: u64,
    pub(crate) how: How,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let call = match self.call {
            Call::Sync => "sync",
            Call::Write => "write",
            Call::Rename => "rename",
        };
        write!(f, "{call}:{}:", self.number)?;
        match self.how {
            How::Error(number) => write!(f, "{number}"),
            How::Short => write!(f, "short"),
            How::Hang => write!(f, "hang"),
        }
    }
}

/// What the layer does.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ways {
    /// How long each sync takes.
    pub(crate) sync: Duration,
    /// The call that fails.
    pub(crate) fault: Option<Fault>,
    /// Syncs say that they went well and do nothing.
    pub(crate) lies: bool,
    /// There is no room while this file exists.
    pub(crate) full: Option<PathBuf>,
}

impl Shim {
    /// Compiles it.
    pub(crate) fn build(setting: &Setting) -> Outcome<Shim> {
        Ok(Shim { library: preload::library(setting.folder(), "shim", SOURCE)? })
    }

    /// Puts the layer under a command that has not been started yet, with a new log.
    pub(crate) fn under(&self, command: &mut Command, home: &Home, ways: &Ways) -> Outcome<()> {
        for old in [log_of(home), reached_file(home)] {
            if old.exists() {
                fs::remove_file(&old).map_err(|e| format!("{}: {e}", old.display()))?;
            }
        }
        command
            .env("LD_PRELOAD", &self.library)
            .env("SHIM_FOLDER", &home.folder)
            .env("SHIM_LOG", log_of(home))
            .env("SHIM_SYNC_MICROS", ways.sync.as_micros().to_string());
        if let Some(fault) = ways.fault {
            command.env("SHIM_FAIL", fault.to_string());
        }
        if ways.lies {
            command.env("SHIM_LIE", "1");
        }
        if let Some(marker) = &ways.full {
            command.env("SHIM_FULL", marker);
        }
        Ok(())
    }
}

/// The file whose call was failed, once that has happened.
pub(crate) fn failed_file(home: &Home) -> Outcome<Option<PathBuf>> {
    if !reached_file(home).exists() {
        return Ok(None);
    }
    let records = log::read(&log_of(home))?;
    Ok(records.into_iter().find(|record| record.kind == log::Kind::Fault).map(|r| r.path))
}

/// Whether the planned fault has happened.
pub(crate) fn is_reached(home: &Home) -> bool {
    reached_file(home).exists()
}

/// Takes back what the killed program had not synced, as a loss of power does.
pub(crate) fn lose_power(home: &Home, loss: Loss<'_>) -> Outcome<Dropped> {
    power::lose(&log_of(home), loss)
}

fn log_of(home: &Home) -> PathBuf {
    home.folder.with_extension("writes")
}

fn reached_file(home: &Home) -> PathBuf {
    home.folder.with_extension("writes.reached")
}

/// Whether it is the index of a log, which holds nothing that has to survive.
fn is_index(path: &Path) -> bool {
    path.to_string_lossy().ends_with("-shm")
}

/// Removes what the layer left beside an installation.
pub(crate) fn forget(home: &Home) -> Outcome<()> {
    for left in [log_of(home), reached_file(home)] {
        if left.exists() {
            fs::remove_file(&left).map_err(|e| format!("{}: {e}", left.display()))?;
        }
    }
    crate::stand::Stand::forget(home)
}
