//! What Podman and the buildah in it cannot do, as found by trying, is not in the sets made for it.

use dunnage::catalog::options::Engine;

use crate::matrix::rows;
use crate::support::rendered;

/// Parts of files, and what goes wrong with them.
const QUIRKS: &[(&str, &str)] = &[
    ("sharing=locked", "buildah 1.28 waits for ever at the second such mount"),
    ("COPY --link", "buildah 1.28 refuses it"),
    ("start_interval", "its health checks have no such thing"),
    ("127.0.0.11", "the address of Docker's own DNS"),
];

#[test]
fn sets_for_podman_avoid_what_it_cannot_do() {
    let mut seen_with_docker = [false; QUIRKS.len()];
    for choices in rows() {
        let generated = rendered(choices);
        let podman = choices.engine == Engine::Podman;
        for (path, file) in generated.files.iter().filter(|(path, _)| !path.starts_with(".github/")) {
            for (index, (part, trouble)) in QUIRKS.iter().enumerate() {
                let there = file.text.contains(part);
                assert!(!(podman && there), "{path}: {part}: {trouble}");
                seen_with_docker[index] |= there;
            }
            // SELinux, which Podman's distributions have on, refuses a folder of the host without a label.
            let binds = file.text.lines().filter(|line| path.starts_with("docker-compose") && is_bind(line));
            for line in binds {
                let labelled = line.ends_with(":Z") || line.ends_with(",Z");
                assert_eq!(labelled, podman, "{path}: {line}");
            }
        }
        let guide = &generated.files.get("CONTAINERS.md").expect("a guide").text;
        let told = guide.contains("podman-compose does not wait for services to become healthy");
        assert_eq!(told, podman, "what podman-compose does not do");
    }
    // Else the texts above would be spelt in a way that no file has.
    for ((part, _), seen) in QUIRKS.iter().zip(seen_with_docker) {
        assert!(seen || *part == "COPY --link", "no set has {part} any more");
    }
}

fn is_bind(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("- ./") || line.starts_with("- .:")
}
