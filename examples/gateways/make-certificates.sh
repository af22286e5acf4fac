#!/bin/sh
# A root, a certificate of the server and one of a client, for trying TLS in front of gateways:
#   make-certificates.sh FOLDER [NAME …]
# NAMEs are what clients call the server by, `DNS:gateways.example.com` or `IP:10.0.0.5`; localhost and 127.0.0.1 are always
# among them. What is there already is kept. Good for a year; keep ca.key where no server has it.
set -eu
umask 077

if [ $# -eq 0 ]; then
  echo "usage: make-certificates.sh FOLDER [NAME …]" >&2
  exit 2
fi
mkdir -p "$1"
cd "$1"
shift
names=DNS:localhost,IP:127.0.0.1
for name in "$@"; do names=$names,$name; done
[ ! -f server.pem ] || exit 0

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }
signed() { # NAME EXTENSIONS
  key "$1"
  openssl req -new -key "$1.key" -subj "/CN=$1" -out "$1.csr"
  printf '%s\n' "$2" >"$1.ext"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 365 -sha256 -extfile "$1.ext" -out "$1.crt" \
    2>/dev/null
  rm "$1.csr" "$1.ext"
}

key ca
openssl req -x509 -new -key ca.key -subj "/CN=ibkr-native example root" -days 365 -sha256 -out ca.crt
signed client "extendedKeyUsage=clientAuth"
signed server "subjectAltName=$names
extendedKeyUsage=serverAuth"
# Last: who waits for it finds the others. haproxy wants both in one file.
cat server.crt server.key >server.part
mv server.part server.pem
