#!/usr/bin/env bash
# Fetches the source jars named in models/base/corpus.txt, and the held-out one, into FOLDER
# (default: corpus).
#   train/fetch-corpus.sh [FOLDER]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=${1:-corpus}
held_out=org.apache.commons:commons-text:1.13.0
mkdir -p "$folder"
fetch() {
  local group artifact version
  IFS=: read -r group artifact version <<<"$1"
  [[ -s "$folder/$artifact-$version-sources.jar" ]] ||
    mvn -q dependency:copy -Dartifact="$group:$artifact:$version:jar:sources" \
      -DoutputDirectory="$folder" </dev/null
}
fetch "$held_out"
while read -r coordinates _; do
  [[ -z $coordinates || $coordinates == \#* ]] || fetch "$coordinates"
done <"$here/../models/base/corpus.txt"
