//! Settings modules: which are read, and which stay as they are.

use super::{found, migrated, tree, value};

#[test]
fn settings_in_another_encoding_are_there_and_stay_as_they_are() {
    let mut project = tree(&[
        ("manage.py", "import os\nos.environ.setdefault(\"DJANGO_SETTINGS_MODULE\", \"shop.settings.production\")\n"),
        ("shop/settings/base.py", "MIDDLEWARE = []\n"),
    ]);
    let latin =
        b"# -*- coding: latin-1 -*-\nfrom .base import *\nADMINS = [(\"J\xfcrgen\", \"j@example.net\")]\n".to_vec();
    project.insert("shop/settings/production.py".to_owned(), latin);
    assert_eq!(value(&found(&project), "settings-module"), "shop.settings.production");
    let plan = migrated(&project);
    let path = "shop/settings/production.py";
    assert!(plan.files.iter().all(|row| row.file.path != path));
    let mut troubles = plan.troubles.iter().filter(|trouble| trouble.file == path);
    assert!(troubles.any(|trouble| trouble.message.to_string().contains("CONTAINERS.md names")), "{:?}", plan.troubles);
}
