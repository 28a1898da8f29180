//! A file set as a zip archive: the same choices give the same bytes.
//!
//! Written out here because the entries are only stored, and any zip crate would be a tenth of the page's first load.
//! The format is APPNOTE.TXT 6.3.10 of PKWARE, sections 4.3.7 (local header), 4.3.12 (central directory) and
//! 4.3.16 (end); `unzip` and Python read it in the tests.

use crc::{CRC_32_ISO_HDLC, Crc, NoTable};

use crate::output::fileset::{File, FileSet};

/// Version of the format that a reader needs: 1.0, stored entries.
const NEEDED: u16 = 0x000a;
/// Made by: Unix (3) in the upper byte, so that modes are read; format 2.0 in the lower one.
const MADE_BY: u16 = 0x0314;
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
/// 1980-01-01, the format's first day.
const DATE: u16 = 0x0021;
/// A regular file, in the upper half of the external attributes.
const REGULAR_FILE: u32 = 0o100_000;

/// Packs the set under one directory named `root`.
///
/// Entries are in path order, stored, dated 1980-01-01 00:00 and carry Unix modes, so that the entrypoint stays
/// executable through `unzip`; readers without modes ignore them.
///
/// # Panics
/// Never for what the engine renders: the format ends at 65,535 entries and 4 GiB.
pub fn zip(files: &FileSet, root: &str) -> Vec<u8> {
    zip_as(files, root, |_, file| REGULAR_FILE | file.mode())
}

/// Packs the set under one directory named `root`, with the Unix mode of each entry, its type included, from `mode`.
///
/// A path that ends with `/` is a directory.
///
/// # Panics
/// As [`zip`].
pub fn zip_as(files: &FileSet, root: &str, mode: impl Fn(&str, &File) -> u32) -> Vec<u8> {
    let crc = Crc::<u32, NoTable>::new(&CRC_32_ISO_HDLC);
    let mut archive = Vec::new();
    let mut directory = Vec::new();
    for (path, file) in files.iter() {
        let name = format!("{root}/{path}");
        let offset = long(archive.len());
        let mut shared = Vec::with_capacity(26);
        for half in [NEEDED, FLAGS, 0, 0, DATE] {
            shared.extend(half.to_le_bytes());
        }
        for word in [crc.checksum(file.text.as_bytes()), long(file.text.len()), long(file.text.len())] {
            shared.extend(word.to_le_bytes());
        }
        shared.extend(short(name.len()).to_le_bytes());
        shared.extend(0_u16.to_le_bytes());

        archive.extend(*b"PK\x03\x04");
        archive.extend(&shared);
        archive.extend(name.as_bytes());
        archive.extend(file.text.as_bytes());

        directory.extend(*b"PK\x01\x02");
        directory.extend(MADE_BY.to_le_bytes());
        directory.extend(&shared);
        // No comment, first disk, no internal attributes.
        directory.extend([0; 6]);
        directory.extend((mode(path, file) << 16).to_le_bytes());
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let (start, size, count) = (long(archive.len()), long(directory.len()), short(files.len()));
    archive.extend(directory);
    archive.extend(*b"PK\x05\x06\0\0\0\0");
    archive.extend(count.to_le_bytes());
    archive.extend(count.to_le_bytes());
    archive.extend(size.to_le_bytes());
    archive.extend(start.to_le_bytes());
    archive.extend(0_u16.to_le_bytes());
    archive
}

fn short(number: usize) -> u16 {
    u16::try_from(number).expect("fewer than 65,536")
}

fn long(number: usize) -> u32 {
    u32::try_from(number).expect("below 4 GiB")
}
