//! Web servers in front: host names, and who serves static files.

use super::Confidence::{Guess, Likely, Stated};
use super::{Claims, Evidence, Source};

/// Host names that name nobody in particular.
fn is_real(host: &str) -> bool {
    host.contains('.')
        && !host.starts_with(['.', '*', '~', '$'])
        && !host.contains(['$', '*', '{', '/', ':'])
        && !host.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && host != "localhost"
        && !host.ends_with(".localhost")
        && !host.ends_with(".local")
}

/// Says which host names a project answers to, if any of them is one.
pub(super) fn hosts<'a>(
    hosts: impl IntoIterator<Item = &'a str>,
    place: Evidence,
    sure: super::Confidence,
    claims: &mut Claims,
) {
    let mut real: Vec<&str> = Vec::new();
    for host in hosts {
        let host = host.trim().trim_matches(['"', '\'', '`']);
        if is_real(host) && !real.contains(&host) {
            real.push(host);
        }
    }
    if !real.is_empty() {
        claims.claim("domain", real.join(","), sure, place);
    }
}

/// An nginx configuration: directives up to their semicolons, wherever they stand.
pub(super) fn nginx(source: &Source, claims: &mut Claims) {
    let mut names = Vec::new();
    let mut first = None;
    let mut location = String::new();
    let mut words: Vec<&str> = Vec::new();
    for (index, line) in source.text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        for piece in line.split_inclusive(['{', '}', ';']) {
            let end = piece.chars().last().filter(|c| "{};".contains(*c));
            words.extend(piece.trim_end_matches(['{', '}', ';']).split_whitespace());
            match (end, words.first().copied()) {
                (Some(';'), Some("server_name")) => {
                    first.get_or_insert(index + 1);
                    names.extend(words.iter().skip(1).copied());
                }
                (Some('{'), Some("location")) => words.last().copied().unwrap_or_default().clone_into(&mut location),
                (Some(';'), Some("alias" | "root"))
                    if location.contains("static") && claims.says("reverse-proxy", "bundled-nginx") =>
                {
                    claims.claim("static-files", "nginx", Likely, source.line(index + 1));
                }
                (Some(';'), Some("alias" | "root")) if location.contains("media") => {
                    claims.claim("media", "true", Likely, source.line(index + 1));
                }
                (Some(';'), Some("ssl_certificate"))
                    if claims.says("reverse-proxy", "bundled-nginx")
                        && words.iter().any(|word| word.contains("letsencrypt")) =>
                {
                    claims.claim("tls", "certbot", Guess, source.line(index + 1));
                }
                (Some('}'), _) => location.clear(),
                _ => {}
            }
            if end.is_some() {
                words.clear();
            }
        }
    }
    if let Some(line) = first {
        hosts(names, source.line(line), Stated, claims);
    }
    if source.path.starts_with("deploy/") {
        claims.claim("reverse-proxy", "external-nginx", Likely, source.line(1));
    }
}

/// A Caddyfile: the addresses of its sites.
pub(super) fn caddy(source: &Source, claims: &mut Claims) {
    claims.claim("reverse-proxy", "external-caddy", Likely, source.line(1));
    let mut depth = 0_usize;
    let mut addresses: Vec<&str> = Vec::new();
    let mut first = None;
    for (index, line) in source.text.lines().enumerate() {
        let bare = line.split(" #").next().unwrap_or_default().trim();
        if bare.starts_with('#') || bare.is_empty() {
            continue;
        }
        if depth == 0 {
            let names = bare.trim_end_matches('{').split([',', ' ']);
            let names: Vec<&str> =
                names.filter_map(|name| name.trim().rsplit("//").next()).filter(|name| is_real(name)).collect();
            if !names.is_empty() {
                first.get_or_insert(index + 1);
                addresses.extend(names);
            }
        }
        depth += bare.matches('{').count();
        depth = depth.saturating_sub(bare.matches('}').count());
    }
    if let Some(line) = first {
        hosts(addresses, source.line(line), Stated, claims);
    }
}

/// The host names in a Traefik rule such as ``Host(`a`) || Host(`b`)``.
pub(super) fn rule_hosts(rule: &str) -> Vec<&str> {
    rule.split("Host(").skip(1).filter_map(|rest| rest.split(')').next()).flat_map(|list| list.split(',')).collect()
}

/// A dynamic configuration of Traefik's.
pub(super) fn traefik(source: &Source, claims: &mut Claims) {
    claims.claim("reverse-proxy", "external-traefik", Likely, source.line(1));
    let mut found = Vec::new();
    let mut first = None;
    for (index, line) in source.text.lines().enumerate() {
        let names = rule_hosts(line);
        if !names.is_empty() {
            first.get_or_insert(index + 1);
            found.extend(names);
        }
    }
    if let Some(line) = first {
        hosts(found, source.line(line), Stated, claims);
    }
}
