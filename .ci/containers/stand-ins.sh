# shellcheck shell=bash
# Base images under the names that the Dockerfiles use, made without a registry: Debian by debootstrap, Node.js from
# npm's `node` package. Same libraries and layout as the real ones, not the same bytes. Sourced; expects $WORK.

DEBIAN_TAR="$HOME/.cache/postern/debian-trixie.tar"

make_stand_ins() {
  make_debian
  local context="$WORK/stand-in" npm
  npm="$(dirname "$(dirname "$(readlink -f "$(command -v npm)")")")"
  mkdir -p "$context"
  cp "$(readlink -f "$PWD/node_modules/node/bin/node")" "$context/node"
  cp -r "$npm" "$context/npm"
  cp /etc/ssl/certs/ca-certificates.crt "$context/host-ca.crt"
  docker import "$DEBIAN_TAR" postern-stand-in-debian >/dev/null
  cp .ci/containers/stand-in.Dockerfile "$context/Dockerfile"
  stand_in node node:26-slim
  stand_in distroless gcr.io/distroless/nodejs26-debian13:nonroot
}

stand_in() {
  docker build -q --target "$1" -t "$2" "$WORK/stand-in" >"$WORK/stand-in.log" 2>&1 || { cat "$WORK/stand-in.log"; return 1; }
}

make_debian() {
  [ -s "$DEBIAN_TAR" ] && return 0
  echo 'Debian for the stand-in images: debootstrap (once, then kept in ~/.cache/postern) …'
  mkdir -p "$(dirname "$DEBIAN_TAR")"
  # No mirror that the host uses is left in the image; what is inside comes from Debian's signed packages.
  debootstrap --variant=minbase --include=ca-certificates,libstdc++6,libatomic1 trixie "$WORK/debian" \
    http://deb.debian.org/debian >"$WORK/debootstrap.log" 2>&1 || { tail -20 "$WORK/debootstrap.log"; return 1; }
  tar -C "$WORK/debian" --exclude=./var/cache/apt --exclude=./var/lib/apt/lists --exclude=./usr/share/doc \
    --exclude=./usr/share/locale --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' -cf "$DEBIAN_TAR.$$" .
  mv "$DEBIAN_TAR.$$" "$DEBIAN_TAR"
  rm -rf "$WORK/debian"
}
