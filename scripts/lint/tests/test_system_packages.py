"""scripts/check_system_packages.py, held to answers as Debian and PyPI give them."""

from __future__ import annotations

import unittest

from check_system_packages import (
    debian_faults,
    final_versions,
    has_wheel,
    index_of,
    wheel_faults,
)

PACKAGES = """\
Package: libpq-dev
Depends: libpq5 (= 17.1), libssl-dev | libssl1-dev
Description: headers
 Depends: nothing, this is text

Package: libpq5
Pre-Depends: libc6:any

Package: gdal-bin
Depends: libgdal36 (>= 3.10)

Package: libgdal36
"""


def wheel(tags: str, *, yanked: bool = False) -> dict[str, object]:
    return {"filename": f"a-1.0-{tags}.whl", "yanked": yanked}


LINUX = "manylinux_2_17_x86_64.manylinux2014_x86_64"


class Debian(unittest.TestCase):
    def test_packages_and_what_they_depend_on(self) -> None:
        index = index_of(PACKAGES)
        self.assertEqual(index["libpq-dev"], {"libpq5", "libssl-dev", "libssl1-dev"})
        self.assertEqual(index["libpq5"], {"libc6"})

    def test_what_is_missing_what_is_back_and_what_is_not_brought(self) -> None:
        row = {
            "names": ["libpq5", "libgdal32"],
            "gone": ["gdal-bin", "wkhtmltopdf"],
            "libraries": {"libpq-dev": ["libpq5", "libc6"], "gdal-bin": ["libpq5"]},
        }
        expected = ["r has no libgdal32", "r has gdal-bin again", "r: gdal-bin does not bring libpq5"]
        self.assertEqual(debian_faults("r", row, index_of(PACKAGES)), expected)


class PyPI(unittest.TestCase):
    def test_which_wheels_count(self) -> None:
        for tags, expected in [
            (f"cp313-cp313-{LINUX}", True),
            (f"cp312-cp312-{LINUX}", False),
            (f"cp39-abi3-{LINUX}", True),
            (f"cp314-abi3-{LINUX}", False),
            ("py3-none-any", True),
            (f"py3-none-{LINUX}", True),
            ("cp313-cp313-win_amd64", False),
            ("cp313-cp313-musllinux_1_2_x86_64", False),
            ("cp313-cp313-manylinux_2_17_aarch64", False),
        ]:
            self.assertEqual(has_wheel([wheel(tags)], "3.13"), expected, tags)
        self.assertFalse(has_wheel([wheel("py3-none-any", yanked=True)], "3.13"))
        self.assertFalse(has_wheel([{"filename": "a-1.0.tar.gz"}], "3.13"))

    def test_versions_are_in_order_and_final(self) -> None:
        files = [wheel("py3-none-any")]
        self.assertEqual(final_versions({"1.10": files, "1.9": files, "2.0rc1": files, "1.8": []}), ["1.9", "1.10"])

    def test_claims(self) -> None:
        old, new = [wheel("cp312-cp312-win_amd64")], [wheel(f"cp313-cp313-{LINUX}")]
        data = {"urls": new, "releases": {"1.0": old, "1.1": new}}
        never = {"name": "a", "wheels": "never", "since": []}
        self.assertEqual(wheel_faults(never, data), ["a has a wheel for 3.13 by now"])
        self.assertEqual(wheel_faults(never, {"urls": old, "releases": {}}), [])
        since = {"name": "a", "wheels": "since", "since": [["3.13", "1.1"], ["3.14", ""]]}
        self.assertEqual(wheel_faults(since, data), [])
        since["since"] = [["3.13", "1.0"], ["3.13", ""]]
        self.assertEqual(
            wheel_faults(since, data),
            ["a: the first wheel for 3.13 is that of ['1.1'], not of 1.0", "a has a wheel for 3.13 by now"],
        )
        every = {"name": "a", "wheels": "every", "since": []}
        self.assertEqual(wheel_faults(every, data), ["a has no wheel for 3.12", "a has no wheel for 3.14"])
        # What is pure Python may have no wheel at all.
        self.assertEqual(wheel_faults(every, {"urls": [{"filename": "a-1.0.tar.gz"}], "releases": {}}), [])
