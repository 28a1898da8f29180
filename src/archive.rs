//! A file set as a zip archive: the same choices give the same bytes.

use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use crate::fileset::FileSet;

/// Packs the set under one directory named `root`.
///
/// Entries are in path order, stored, dated 1980-01-01 (the zip format's zero) and carry Unix modes, so that the
/// entrypoint stays executable through `unzip`; every other reader just ignores them.
///
/// # Errors
/// A text of the zip writer; it cannot happen for the sizes and names that the engine produces.
pub fn zip(files: &FileSet, root: &str) -> Result<Vec<u8>, String> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, file) in files.iter() {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(file.mode());
        writer.start_file(format!("{root}/{path}"), options).map_err(|error| error.to_string())?;
        writer.write_all(file.text.as_bytes()).map_err(|error| error.to_string())?;
    }
    writer.finish().map(Cursor::into_inner).map_err(|error| error.to_string())
}
