//! The tar archive, for a terminal: every system unpacks it, where unzip is missing on many.

use crate::output::fileset::FileSet;

/// Packs the set as a tar archive under one directory named `root`, which any system can unpack in a terminal.
///
/// Entries are in path order, belong to root and carry Unix modes; nothing in them says when or by whom it was made.
pub fn pack(files: &FileSet, root: &str) -> Vec<u8> {
    let mut archive = ::tar::Builder::new(Vec::new());
    for (path, file) in files.iter() {
        let mut header = ::tar::Header::new_ustar();
        header.set_size(file.text.len() as u64);
        header.set_mode(file.mode());
        header.set_uid(0);
        header.set_gid(0);
        header.set_mtime(0);
        // Memory is never full, and no path of a set is too long or leads out.
        let _ = archive.append_data(&mut header, [root, "/", path].concat(), file.text.as_bytes());
    }
    archive.into_inner().unwrap_or_default()
}
