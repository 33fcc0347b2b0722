//! How much an SQLite file holds, by its own header and its log of writes, without a library: pages in use and pages that are free.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Bytes of one database.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Held {
    /// Of all its pages.
    pub(super) all: u64,
    /// Of those that hold nothing any more.
    pub(super) free: u64,
}

/// All databases below a directory together. `metadata.sqlite` is Miniflare's own.
pub(super) fn below(dir: &Path) -> Result<Held> {
    let mut sum = Held::default();
    for file in crate::stamp::files_below(dir)? {
        let is_database = file.extension().is_some_and(|of| of == "sqlite")
            && file.file_stem().is_none_or(|name| name != "metadata");
        if !is_database {
            continue;
        }
        let log = file.with_extension("sqlite-wal");
        let main = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        let held = held(&main, &fs::read(log).unwrap_or_default());
        sum.all += held.all;
        sum.free += held.free;
    }
    Ok(sum)
}

/// <https://www.sqlite.org/fileformat2.html>, "The Database Header" and "The Write-Ahead Log": what the log's last commit says, else
/// what the file says.
fn held(main: &[u8], log: &[u8]) -> Held {
    let (pages, first) = of_log(log).unwrap_or_default();
    let first = first.or_else(|| main.get(..100));
    let Some(first) = first else {
        return Held::default();
    };
    let page = match u16_at(first, 16) {
        Some(1) => 65_536,
        size => u64::from(size.unwrap_or_default()),
    };
    let pages = match pages {
        0 => u32_at(first, 28).unwrap_or_default(),
        pages => pages,
    };
    Held {
        all: u64::from(pages) * page,
        free: u64::from(u32_at(first, 36).unwrap_or_default()) * page,
    }
}

/// The pages after the log's last commit, and the newest first page that it holds.
fn of_log(log: &[u8]) -> Option<(u32, Option<&[u8]>)> {
    let page = usize::try_from(u32_at(log, 8)?).ok()?;
    let salt = log.get(16..24)?;
    let mut committed = (0, None);
    let mut first = None;
    for frame in log.get(LOG_HEADER..)?.chunks_exact(FRAME_HEADER + page) {
        // Frames of before the log began anew have another salt.
        if frame.get(8..16)? != salt {
            break;
        }
        if u32_at(frame, 0)? == 1 {
            first = frame.get(FRAME_HEADER..);
        }
        let pages = u32_at(frame, 4)?;
        if pages > 0 {
            committed = (pages, first);
        }
    }
    Some(committed)
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first_page(pages: u32, free: u32) -> Vec<u8> {
        let mut page = vec![0; 512];
        page[16..18].copy_from_slice(&512_u16.to_be_bytes());
        page[28..32].copy_from_slice(&pages.to_be_bytes());
        page[36..40].copy_from_slice(&free.to_be_bytes());
        page
    }

    fn frame(number: u32, pages: u32, salt: u8, page: &[u8]) -> Vec<u8> {
        let (number, pages) = (number.to_be_bytes(), pages.to_be_bytes());
        let header = [&number[..], &pages, &[salt; 8], &[0; 8]];
        [header.concat().as_slice(), page].concat()
    }

    fn log(frames: &[Vec<u8>]) -> Vec<u8> {
        let mut header = vec![0; LOG_HEADER];
        header[8..12].copy_from_slice(&512_u32.to_be_bytes());
        header[16..24].copy_from_slice(&[7; 8]);
        [header, frames.concat()].concat()
    }

    #[test]
    fn without_a_log_the_header_counts() {
        let held = held(&first_page(3, 1), &[]);
        assert_eq!((held.all, held.free), (1536, 512));
    }

    #[test]
    fn the_last_commit_counts_and_neither_what_follows_it_nor_what_is_older_than_the_log() {
        let frames = [
            frame(1, 5, 7, &first_page(5, 2)),
            frame(2, 6, 7, &[0; 512]),
            frame(1, 0, 7, &first_page(9, 9)),
            frame(1, 99, 6, &first_page(99, 99)),
        ];
        let held = held(&first_page(3, 1), &log(&frames));
        assert_eq!((held.all, held.free), (6 * 512, 2 * 512));
    }

    #[test]
    fn an_empty_file_holds_nothing() {
        assert_eq!(held(&[], &[]), Held::default());
    }
}
