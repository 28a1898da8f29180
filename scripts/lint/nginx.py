"""Proxies: nginx, gixy, caddy."""

from __future__ import annotations

import concurrent.futures
import functools
import json
import os
import pathlib
import re
import shutil

from .model import DEB, HOW, PY, Bench, File, FileSet, Finding, Row, kinds, run, version

# Runs in a mount namespace of its own: the set's files appear under /etc/nginx, certificates under the names that it
# asks for, and the host sees nothing of it.
NGINX_NAMESPACE = r"""
set -e
T=$1 BIN=$2 LIB=$3 DEB=$4
mount --make-rprivate /
mkdir -p "$T/upper" "$T/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$T/upper,workdir=$T/work" /etc
cat "$T/hosts.extra" >>/etc/hosts
grep -q '^nginx:' /etc/passwd || echo 'nginx:x:101:101::/nonexistent:/bin/false' >>/etc/passwd
grep -q '^nginx:' /etc/group || echo 'nginx:x:101:' >>/etc/group
rm -rf /etc/nginx
cp -r "$T/nginx" /etc/nginx
for d in /var/log /var/cache /var/lib /run /srv /opt; do mount -t tmpfs t "$d"; done
mkdir -p /var/log/nginx /var/cache/nginx /var/lib/nginx
while read -r f; do
  case $f in
    "" | *'$'*) continue ;;
    /*) ;;
    *) f=/etc/nginx/$f ;;
  esac
  [ ! -e "$f" ] || continue
  case $f in
    /etc/* | /var/* | /run/* | /srv/* | /opt/*) mkdir -p "$(dirname "$f")" ;;
    *) continue ;;
  esac
  case $f in
    *dhparam*) openssl dhparam -dsaparam -out "$f" 2048 2>/dev/null ;;
    *key*) cp "$T/key.pem" "$f" ;;
    *) cp "$T/cert.pem" "$f" ;;
  esac
done <"$T/certificates"
set +e
"$LIB"/ld-linux-*.so.* --library-path "$LIB" "$DEB/usr/sbin/nginx" -t -q -p /etc/nginx -c /etc/nginx/nginx.conf \
  >"$T/nginx.out" 2>&1
echo $? >"$T/nginx.status"
"$BIN/gixy" -f json /etc/nginx/nginx.conf >"$T/gixy.json" 2>"$T/gixy.err"
exit 0
"""


@functools.cache
def nginx_runs(b: Bench) -> list[tuple[FileSet, pathlib.Path]] | str:
    """One directory of results per distinct nginx configuration, or the reason why there is none."""
    if not (DEB / "usr/sbin/nginx").exists():
        return HOW
    if os.geteuid():
        return "needs root, for a mount namespace of its own"
    work = b.scratch("nginx")
    subject = ["-subj", "/CN=example.com", "-keyout", work / "key.pem", "-out", work / "cert.pem"]
    run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", *subject])
    runs, seen = [], set()
    for s in b.sets:
        files = [f for f in s.files if "nginx" in kinds(f)]
        key = tuple((f.rel, f.text) for f in files)
        if files and key not in seen:
            seen.add(key)
            runs.append((s, place_nginx(b, s, files, work)))
    library = next(iter((DEB / "usr/lib").glob("*-linux-gnu")))

    def check(job: tuple[FileSet, pathlib.Path]) -> None:
        r = run(["unshare", "-m", "bash", "-c", NGINX_NAMESPACE, "nginx", job[1], PY, library, DEB])
        if not (job[1] / "nginx.status").exists():
            (job[1] / "nginx.status").write_text("namespace")
            (job[1] / "nginx.out").write_text(r.stderr)

    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(check, runs))
    return runs


def place_nginx(b: Bench, s: FileSet, files: list[File], work: pathlib.Path) -> pathlib.Path:
    """Puts a set's nginx files where compose mounts them, or where their content says that they belong."""
    target = work / s.name
    etc = target / "nginx"
    (etc / "conf.d").mkdir(parents=True)
    for name in ("mime.types", "fastcgi_params", "proxy_params", "uwsgi_params", "scgi_params"):
        if (DEB / "etc/nginx" / name).exists():
            shutil.copy(DEB / "etc/nginx" / name, etc)
    mounts, environment = {}, {"DOMAIN": "example.com", "NGINX_HOST": "example.com", "SERVER_NAME": "example.com"}
    copy = b.scratch("compose") / s.name
    for t, _, _, merged in b.merged if b.compose else []:
        for x in ((merged or {}).get("services") or {}).values() if t is s else []:
            if "nginx" in str(x.get("image", "")):
                environment |= {k: str(v) for k, v in (x.get("environment") or {}).items() if v is not None}
            for m in x.get("volumes") or []:
                if m.get("type") == "bind" and str(m.get("target", "")).startswith("/etc/nginx"):
                    mounts[m["source"]] = m["target"]

    def home(f: File) -> pathlib.PurePosixPath:
        for source, mounted in mounts.items():
            source_path, here = pathlib.Path(source), copy / f.rel
            if here == source_path:
                return pathlib.PurePosixPath(mounted)
            if source_path in here.parents:
                return pathlib.PurePosixPath(mounted) / here.relative_to(source_path).as_posix()
        if re.search(r"(?m)^http\s*\{", f.text):
            return pathlib.PurePosixPath("/etc/nginx/nginx.conf")
        if re.search(r"snippet|include", f.rel):
            return pathlib.PurePosixPath("/etc/nginx") / f.path.parent.name / f.name
        return pathlib.PurePosixPath("/etc/nginx/conf.d") / f.name

    everything = ""
    folders = {f.path.parent for f in files}
    beside = [f for f in s.files if f.path.parent in folders and f not in files and f.name.endswith((".conf", ".inc"))]
    for f in [*files, *beside]:
        place, text = home(f), f.text
        if place.name.endswith(".template") or "/templates/" in str(place):
            text = re.sub(r"\$\{(\w+)\}", lambda m: environment.get(m[1], m[0]), text)
            place = pathlib.PurePosixPath(str(place).replace("/templates/", "/conf.d/").removesuffix(".template"))
        out = etc / place.relative_to("/etc/nginx")
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(text)
        everything += text
    if not (etc / "nginx.conf").exists():
        (etc / "nginx.conf").write_text(
            "user nginx;\nworker_processes auto;\nworker_rlimit_nofile 8192;\nevents { worker_connections 1024; }\n"
            "http {\n  include /etc/nginx/mime.types;\n  default_type application/octet-stream;\n"
            "  include /etc/nginx/conf.d/*.conf;\n}\n"
        )
    hosts = set(re.findall(r"(?:^|\s)server\s+([A-Za-z][\w.-]*)(?::\d+)?[ ;]", everything))
    hosts |= set(re.findall(r"pass\s+\w+://([A-Za-z][\w.-]*)", everything))
    (target / "hosts.extra").write_text("".join(f"127.0.0.1 {h}\n" for h in sorted(hosts)))
    names = re.findall(r"(?:ssl_certificate(?:_key)?|ssl_trusted_certificate|ssl_dhparam)\s+([^;\s]+);", everything)
    (target / "certificates").write_text("".join(f"{n}\n" for n in names))
    for name in ("key.pem", "cert.pem"):
        shutil.copy(work / name, target)
    return target


def nginx(b: Bench) -> Row:
    runs = nginx_runs(b) if b.files("nginx") else []
    if isinstance(runs, str):
        return Row("nginx -t", skipped=runs)
    row = Row("nginx -t", files=len(runs), note="whole configurations")
    if runs:
        library = next(iter((DEB / "usr/lib").glob("*-linux-gnu")))
        loader = next(iter(library.glob("ld-linux-*")))
        row.version = version(str(loader), "--library-path", str(library), str(DEB / "usr/sbin/nginx"), "-v")
    for s, target in runs:
        output = (target / "nginx.out").read_text()
        if (target / "nginx.status").read_text().strip() != "0":
            row.findings.append(Finding("error", s.name, output.strip()[-600:]))
        row.findings += [Finding("warning", s.name, w) for w in re.findall(r"\[warn\].*", output)]
    return row


def gixy(b: Bench) -> Row:
    runs = nginx_runs(b) if b.files("nginx") else []
    if isinstance(runs, str):
        return Row("gixy", skipped=runs)
    levels = {"HIGH": "error", "MEDIUM": "warning"}
    row = Row("gixy", version(str(PY / "gixy"), "--version"), len(runs), note="whole configurations")
    for s, target in runs:
        # gixy cannot read what nginx itself rejects; nginx's row says why.
        if not (target / "gixy.json").exists():
            continue
        text = (target / "gixy.json").read_text()
        if not text.strip():
            row.findings.append(Finding("error", s.name, (target / "gixy.err").read_text()[-400:]))
            continue
        for x in json.loads(text):
            level = levels.get(str(x.get("severity")).upper(), "info")
            row.findings.append(
                Finding(level, s.name, f"{x.get('summary')} {x.get('reason', '')}", x.get("plugin", ""))
            )
    return row


def caddy(b: Bench) -> Row:
    files = b.distinct("caddy")
    program = DEB / "usr/bin/caddy"
    if not files:
        return Row("caddy")
    if not program.exists():
        return Row("caddy", skipped=HOW)
    row = Row("caddy", version(str(program), "version"), len(files))
    for f in files:
        r = run([program, "adapt", "--validate", "--adapter", "caddyfile", "--config", f.path], cwd=b.scratch("caddy"))
        if r.returncode:
            row.findings.append(Finding("error", str(f), r.stderr.strip()[-400:]))
        for line in r.stderr.splitlines():
            if '"level":"warn"' in line:
                row.findings.append(Finding("warning", str(f), json.loads(line).get("msg", line)))
    return row
