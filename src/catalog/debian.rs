//! What the Debian releases of the base images call the same package. `scripts/check_system_packages.py` asks Debian's
//! index whether the names are still so.

/// A Debian release that the base images have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Release {
    /// Debian 12.
    Bookworm,
    /// Debian 13, which the plain `slim` follows.
    Trixie,
}

/// A library or program in both releases.
#[derive(Debug)]
pub struct Renamed {
    /// Its package in Debian 12.
    pub bookworm: &'static str,
    /// Its package in Debian 13.
    pub trixie: &'static str,
}

/// Packages that Debian 13 has under another name.
pub const RENAMED: &[Renamed] = &[
    Renamed { bookworm: "libasound2", trixie: "libasound2t64" },
    Renamed { bookworm: "libatk-bridge2.0-0", trixie: "libatk-bridge2.0-0t64" },
    Renamed { bookworm: "libatk1.0-0", trixie: "libatk1.0-0t64" },
    Renamed { bookworm: "libatspi2.0-0", trixie: "libatspi2.0-0t64" },
    Renamed { bookworm: "libcups2", trixie: "libcups2t64" },
    Renamed { bookworm: "libcurl4", trixie: "libcurl4t64" },
    Renamed { bookworm: "libdmtx0b", trixie: "libdmtx0t64" },
    Renamed { bookworm: "libgdal32", trixie: "libgdal36" },
    Renamed { bookworm: "libgeos-c1v5", trixie: "libgeos-c1t64" },
    Renamed { bookworm: "libglib2.0-0", trixie: "libglib2.0-0t64" },
    Renamed { bookworm: "libgtk-3-0", trixie: "libgtk-3-0t64" },
    Renamed { bookworm: "libicu72", trixie: "libicu76" },
    Renamed { bookworm: "libldap-2.5-0", trixie: "libldap2" },
    Renamed { bookworm: "libmagic1", trixie: "libmagic1t64" },
    Renamed { bookworm: "libmagickwand-6.q16-6", trixie: "libmagickwand-7.q16-10" },
    Renamed { bookworm: "libmemcached11", trixie: "libmemcached11t64" },
    Renamed { bookworm: "libpoppler-cpp0v5", trixie: "libpoppler-cpp2" },
    Renamed { bookworm: "libspatialindex6", trixie: "libspatialindex8" },
    Renamed { bookworm: "libtidy5deb1", trixie: "libtidy58" },
    Renamed { bookworm: "libvips42", trixie: "libvips42t64" },
    Renamed { bookworm: "libxmlsec1", trixie: "libxmlsec1t64" },
    Renamed { bookworm: "libxmlsec1-openssl", trixie: "libxmlsec1t64-openssl" },
    Renamed { bookworm: "libzbar0", trixie: "libzbar0t64" },
];

/// What a release calls a package that the other one may call otherwise.
pub fn in_release(release: Release, name: &str) -> &str {
    let renamed = RENAMED.iter().find(|row| row.bookworm == name || row.trixie == name);
    renamed.map_or(name, |row| match release {
        Release::Bookworm => row.bookworm,
        Release::Trixie => row.trixie,
    })
}
