//! A file set as the rows of a tree: folders before files, each folder above what it holds.

use std::cmp::Ordering;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeRow {
    /// Path from the root; a folder's has no slash at its end.
    pub path: String,
    /// Last part of the path.
    pub name: String,
    /// 1 for what stands in the root.
    pub level: usize,
    /// A folder rather than a file.
    pub folder: bool,
}

/// The rows of all paths, without what stands in a closed folder.
pub fn rows<'a>(paths: impl Iterator<Item = &'a str>, closed: &[String]) -> Vec<TreeRow> {
    // Few paths, put in their places one by one: a sorting function of its own would weigh 3 kB in the page.
    let mut sorted: Vec<&str> = Vec::new();
    for path in paths {
        let place = sorted.partition_point(|other| order(other, path).is_lt());
        sorted.insert(place, path);
    }
    let mut rows: Vec<TreeRow> = Vec::new();
    for path in sorted {
        let folders = path.match_indices('/').map(|(end, _)| (&path[..end], true));
        for (level, (part, folder)) in (1..).zip(folders.chain([(path, false)])) {
            // The paths are sorted, so a folder that was met before still has its row among the last ones.
            if !(folder && rows.iter().any(|row| row.path == part)) {
                rows.push(TreeRow {
                    path: part.to_owned(),
                    name: part.rsplit('/').next().unwrap_or(part).to_owned(),
                    level,
                    folder,
                });
            }
            if folder && closed.iter().any(|closed| closed == part) {
                break;
            }
        }
    }
    rows
}

/// Folders before files, then by name.
fn order(a: &str, b: &str) -> Ordering {
    match (a.split_once('/'), b.split_once('/')) {
        (Some((left, a)), Some((right, b))) if left == right => order(a, b),
        (Some((left, _)), Some((right, _))) => left.cmp(right),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(closed: &[&str], expected: &[&str]) {
        let paths = [
            ".env.example",
            "docker-compose.yml",
            "docker/Dockerfile",
            "docker/entrypoint.sh",
            "nginx/conf.d/shop.conf",
            "nginx/nginx.conf",
        ];
        let closed: Vec<String> = closed.iter().map(|&path| path.to_owned()).collect();
        let drawn: Vec<String> = rows(paths.into_iter(), &closed)
            .iter()
            .map(|row| {
                let slash = if row.folder { "/" } else { "" };
                format!("{}{}{slash}", "  ".repeat(row.level - 1), row.name)
            })
            .collect();
        assert_eq!(drawn, expected);
    }

    #[test]
    fn folders_stand_before_files() {
        check(
            &[],
            &[
                "docker/",
                "  Dockerfile",
                "  entrypoint.sh",
                "nginx/",
                "  conf.d/",
                "    shop.conf",
                "  nginx.conf",
                ".env.example",
                "docker-compose.yml",
            ],
        );
    }

    #[test]
    fn a_closed_folder_hides_what_it_holds() {
        check(
            &["nginx"],
            &["docker/", "  Dockerfile", "  entrypoint.sh", "nginx/", ".env.example", "docker-compose.yml"],
        );
        check(
            &["nginx/conf.d", "docker"],
            &["docker/", "nginx/", "  conf.d/", "  nginx.conf", ".env.example", "docker-compose.yml"],
        );
    }
}
