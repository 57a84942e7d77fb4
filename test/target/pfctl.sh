#!/bin/sh
# Stands in for pfctl(8), which is in no Debian package: `pfctl.sh FOLDER WORDS...`. It knows the words that Sweepwatch says, and no
# others, keeps tables as files, and notes how it was called. What it says is as pfctl of FreeBSD 14 says it.
set -u
folder=$1
shift
usage() {
  echo "usage: $1" >&2
  exit 1
}
echo "$*" >>"$folder/calls.txt" || exit 1

table='' verb='' shown='' file='' killed=''
while [ $# -gt 0 ]; do
  case $1 in
  -q | -v) ;;
  -a | -t | -T | -f | -s | -k)
    [ $# -ge 2 ] || usage "no word after $1"
    case $1 in -t) table=$2 ;; -T) verb=$2 ;; -f) file=$2 ;; -s) shown=$2 ;; -k) killed=$2 ;; esac
    shift
    ;;
  *) usage "unknown word $1" ;;
  esac
  shift
done

entries=$folder/$table.table
missing() {
  [ -f "$entries" ] && return
  echo 'pfctl: Table does not exist.' >&2
  exit 255
}
addresses() {
  [ "$file" = - ] || usage 'addresses come from standard input'
  cat >"$folder/given"
  ! grep -Evq '^([0-9]+(\.[0-9]+){3}|[0-9a-f:]+)(/[0-9]+)?$' "$folder/given" || usage 'no address'
}
counted() {
  printf '\tCleared:     Sun Nov 22 04:00:00 2026\n'
  printf '\tIn/Block:    [ Packets: 3                  Bytes: 180                ]\n'
  printf '\tIn/Pass:     [ Packets: 0                  Bytes: 0                  ]\n'
  printf '\tOut/Block:   [ Packets: 1                  Bytes: 60                 ]\n'
  printf '\tOut/Pass:    [ Packets: 0                  Bytes: 0                  ]\n'
}

case $table/$verb/$shown in
//rules | //info) cat "$folder/$shown.txt" ;;
/*) [ -n "$killed" ] || usage 'nothing to do' ;;
*/show/)
  missing
  while read -r each; do
    case $each in !*) printf '  %s\n' "$each" ;; *) printf '   %s\n' "$each" ;; esac
    counted
  done <"$entries"
  ;;
*/add/)
  addresses
  touch "$entries"
  sort -u "$entries" "$folder/given" >"$folder/after" && mv "$folder/after" "$entries"
  ;;
*/delete/)
  missing
  addresses
  grep -Fvx -f "$folder/given" "$entries" >"$folder/after"
  mv "$folder/after" "$entries"
  ;;
*) usage "unknown verb $verb" ;;
esac
