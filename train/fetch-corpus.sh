#!/usr/bin/env bash
# Fetches the source jars named in models/base/corpus.txt, and the held-out one, into FOLDER
# (default: corpus), by one run of Maven.
#   train/fetch-corpus.sh [FOLDER]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "${1:-corpus}"
folder=$(cd "${1:-corpus}" && pwd)
held_out=org.apache.commons:commons-text:1.13.0

# A folder of its own: Maven would take the settings in this repository's .mvn for its own.
project=$(mktemp -d)
trap 'rm -rf "$project"' EXIT
{
  echo '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
  echo '<groupId>corpus</groupId><artifactId>corpus</artifactId><version>1</version>'
  echo '<packaging>pom</packaging><build><plugins><plugin>'
  echo '<groupId>org.apache.maven.plugins</groupId>'
  echo '<artifactId>maven-dependency-plugin</artifactId><version>3.8.1</version>'
  echo "<configuration><outputDirectory>$folder</outputDirectory><artifactItems>"
  { echo "$held_out"; grep -v '^#' "$here/../models/base/corpus.txt"; } |
    while read -r coordinates _; do
      [[ -n $coordinates ]] || continue
      IFS=: read -r group artifact version <<<"$coordinates"
      echo "<artifactItem><groupId>$group</groupId><artifactId>$artifact</artifactId>"
      echo "<version>$version</version><classifier>sources</classifier></artifactItem>"
    done
  echo '</artifactItems></configuration></plugin></plugins></build></project>'
} >"$project/pom.xml"
cd "$project" && mvn -B -q dependency:copy
