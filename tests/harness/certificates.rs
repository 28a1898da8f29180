//! Certificates: a self-signed one at first, then certbot's, renewed and taken over by nginx.

use data_encoding::BASE64;

use super::{Door, Scenario, Stack, wait_for};

/// Instead of certbot, so that no authority is ever asked: notes how it is called, answers a challenge, and writes a
/// certificate of its own.
const CERTBOT: &str = r#"#!/bin/sh
set -eu
echo "$*" >>/etc/letsencrypt/calls
while [ "$1" != --cert-name ]; do
  shift
done
live=/etc/letsencrypt/live/$2
mkdir -p "$live" /var/www/acme/.well-known/acme-challenge
echo answer >/var/www/acme/.well-known/acme-challenge/token
openssl req -x509 -newkey rsa:2048 -nodes -days 90 -subj "/CN=$2" \
  -keyout "$live/privkey.pem" -out "$live/fullchain.pem" 2>/dev/null
"#;

/// An authority that cannot be reached, or does not find the domain.
const NO_CERTBOT: &str = "#!/bin/sh\nexit 1\n";

/// Puts a stand-in in certbot's place.
pub(crate) fn stand_in(stack: &mut Stack) {
    instead_of_certbot(stack, CERTBOT);
}

/// Puts a stand-in in certbot's place that never gets a certificate.
pub(crate) fn no_authority(stack: &mut Stack) {
    instead_of_certbot(stack, NO_CERTBOT);
}

fn instead_of_certbot(stack: &mut Stack, script: &str) {
    stack.write("stand-in/certbot", script, true);
    stack.overlay(
        "docker-compose.certbot.yml",
        "services:\n  certbot:\n    volumes:\n      - ./stand-in/certbot:/usr/local/bin/certbot:ro\n",
    );
}

/// The site runs with the self-signed certificate of the first start, and certbot says that it has no other one.
pub(crate) fn do_not_come(stack: &Stack, scenario: &Scenario) {
    let files = stack.exec("nginx", &["cat", "/etc/nginx/certificates/fullchain.pem"]).out;
    scenario.check(der(&files).is_some_and(|der| Some(der) == stack.door().certificate()), || {
        format!("nginx shows another certificate than\n{files}")
    });
    scenario.contains(&stack.logs("certbot"), "a self-signed certificate for");
    let said = wait_for(30, || stack.logs("certbot").contains("issuance or renewal failed").then_some(()));
    scenario.check(said.is_some(), || stack.logs("certbot"));
}

/// The first certificate of a PEM file.
fn der(pem: &str) -> Option<Vec<u8>> {
    let (_, rest) = pem.split_once("-----BEGIN CERTIFICATE-----")?;
    let (body, _) = rest.split_once("-----END CERTIFICATE-----")?;
    BASE64.decode(body.replace('\n', "").as_bytes()).ok()
}

/// certbot's certificate takes the place of what is there, and a renewed one the place of that.
pub(crate) fn come_and_are_renewed(stack: &Stack, scenario: &Scenario) {
    let door = stack.door();
    let domain = &stack.plan.domain;
    let calls = || stack.exec("certbot", &["cat", "/etc/letsencrypt/calls"]).out;
    let shown = || door.certificate().unwrap_or_default();

    let plain = Door::new(stack.ports["HTTP_PORT"], domain);
    let sent = plain.get("/");
    scenario.same(sent.status, 301, || "plain HTTP is sent to HTTPS".to_owned());
    scenario.same(sent.header("Location"), &format!("https://{domain}/"), || "Location".to_owned());
    scenario.check(door.clone().host("other.example").certificate().is_none(), || {
        "a handshake for a foreign name is refused".to_owned()
    });

    scenario.contains(&stack.logs("certbot"), "a self-signed certificate for");
    // The first of the two may have come and been taken over already, while other things were looked at.
    let calls = wait_for(60, || Some(calls()).filter(|text| text.contains("certonly")));
    let calls = calls.unwrap_or_else(|| panic!("certbot was not called\n{}", stack.logs("certbot")));
    for part in ["--webroot --webroot-path /var/www/acme", "--email admin@", &format!("--domain {domain}")] {
        scenario.contains(&calls, part);
    }
    let challenge = plain.get("/.well-known/acme-challenge/token");
    scenario.same(challenge.status, 200, || "the challenge is answered over plain HTTP".to_owned());
    scenario.same(challenge.body.trim(), "answer", || "the challenge".to_owned());

    let is_served = || {
        let pem = stack.exec("certbot", &["cat", &format!("/etc/letsencrypt/live/{domain}/fullchain.pem")]).out;
        der(&pem).filter(|der| *der == shown())
    };
    let first = wait_for(60, is_served);
    let first = first.unwrap_or_else(|| panic!("nginx does not show the new certificate\n{}", stack.tail()));
    let key = stack.exec("nginx", &["sh", "-c", "stat -c '%a %u' /etc/nginx/certificates/privkey.pem"]).out;
    scenario.same(key.trim(), "400 101", || "the key is nginx's alone".to_owned());

    // As after twelve hours; the renewed certificate is another one.
    stack.must(&["restart", "certbot"]);
    let renewed = wait_for(120, || is_served().filter(|now| *now != first));
    scenario.check(renewed.is_some(), || format!("no renewed certificate\n{}", stack.tail()));
    let again = door.get("/health/live/");
    scenario.same(again.status, 200, || "nginx serves on".to_owned());
}
