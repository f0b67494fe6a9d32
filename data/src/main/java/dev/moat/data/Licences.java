package dev.moat.data;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Recognises the licence of a file: an SPDX header, else a known notice at the head, else the
 * licence file of the nearest folder. Results are SPDX identifiers from a fixed list, so that
 * nothing a file claims reaches an artifact as it stands.
 */
final class Licences {
  private static final int HEAD_CHARACTERS = 4096;
  private static final int EXPRESSION_CHARACTERS_MAX = 200;
  private static final String SPDX_TAG = "SPDX-License-Identifier:";

  private static final Set<String> KNOWN =
      Set.of(
          "0BSD",
          "AFL-3.0",
          "AGPL-3.0",
          "AGPL-3.0-only",
          "AGPL-3.0-or-later",
          "Apache-1.1",
          "Apache-2.0",
          "Artistic-2.0",
          "BSD-2-Clause",
          "BSD-3-Clause",
          "BSD-4-Clause",
          "BSL-1.0",
          "BUSL-1.1",
          "CC-BY-4.0",
          "CC-BY-SA-4.0",
          "CC0-1.0",
          "CDDL-1.0",
          "CDDL-1.1",
          "ECL-2.0",
          "EPL-1.0",
          "EPL-2.0",
          "EUPL-1.2",
          "GPL-2.0",
          "GPL-2.0-only",
          "GPL-2.0-or-later",
          "GPL-3.0",
          "GPL-3.0-only",
          "GPL-3.0-or-later",
          "ISC",
          "LGPL-2.1",
          "LGPL-2.1-only",
          "LGPL-2.1-or-later",
          "LGPL-3.0",
          "LGPL-3.0-only",
          "LGPL-3.0-or-later",
          "MIT",
          "MIT-0",
          "MPL-1.1",
          "MPL-2.0",
          "MS-PL",
          "NCSA",
          "OFL-1.1",
          "PostgreSQL",
          "PSF-2.0",
          "Python-2.0",
          "SSPL-1.0",
          "Unicode-3.0",
          "Unlicense",
          "UPL-1.0",
          "W3C",
          "WTFPL",
          "Zlib",
          "Classpath-exception-2.0",
          "LLVM-exception",
          "GCC-exception-3.1");

  private static final Set<String> OPERATORS = Set.of("AND", "OR", "WITH");

  /** A licence and the phrases, in lower case with single spaces, that only its text has. */
  private record Fingerprint(String id, List<String> phrases) {}

  /** The first whose phrases all occur; the more special stand first. */
  private static final List<Fingerprint> FINGERPRINTS =
      List.of(
          print("Apache-2.0", "apache license", "version 2.0"),
          print("AGPL-3.0", "gnu affero general public license", "version 3"),
          print("LGPL-3.0", "gnu lesser general public license", "version 3"),
          print("LGPL-2.1", "gnu lesser general public license", "version 2.1"),
          print("GPL-3.0", "gnu general public license", "version 3"),
          print("GPL-2.0", "gnu general public license", "version 2"),
          print("MPL-2.0", "mozilla public license", "2.0"),
          print("EPL-2.0", "eclipse public license", "2.0"),
          print("EPL-1.0", "eclipse public license", "1.0"),
          print("CDDL-1.0", "common development and distribution license"),
          print("BSL-1.0", "boost software license", "1.0"),
          print("BUSL-1.1", "business source license"),
          print("CC0-1.0", "cc0 1.0 universal"),
          print("Unlicense", "released into the public domain", "unlicense"),
          print("ISC", "permission to use, copy, modify, and/or distribute this software"),
          print("ISC", "permission to use, copy, modify, and distribute this software"),
          print("MIT", "permission is hereby granted, free of charge", "the above copyright"),
          print("MIT-0", "permission is hereby granted, free of charge"),
          print("MIT", "licensed under the mit license"),
          print(
              "BSD-4-Clause",
              "redistribution and use in source and binary forms",
              "all advertising materials"),
          print(
              "BSD-3-Clause",
              "redistribution and use in source and binary forms",
              "endorse or promote"),
          print("BSD-2-Clause", "redistribution and use in source and binary forms"));

  private final Map<String, String> byFolder;

  private Licences(Map<String, String> byFolder) {
    this.byFolder = byFolder;
  }

  /** From the texts of licence files by path. */
  static Licences of(Map<String, String> textsByPath) {
    Map<String, String> byFolder = new TreeMap<>();
    new TreeMap<>(textsByPath)
        .forEach(
            (path, text) -> ofText(text).ifPresent(id -> byFolder.putIfAbsent(folder(path), id)));
    return new Licences(byFolder);
  }

  /** Whether a file of that name holds the licence of its folder. */
  static boolean isLicenceFile(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toUpperCase(Locale.ROOT);
    return name.startsWith("LICENSE") || name.startsWith("LICENCE") || name.startsWith("COPYING");
  }

  /** The licence of one file. */
  Optional<String> of(String path, String text) {
    String head = text.substring(0, Math.min(text.length(), HEAD_CHARACTERS));
    return spdx(head).or(() -> ofText(head)).or(() -> nearest(path));
  }

  /** The licences of folders, as one text that changes when they do. */
  String fingerprint() {
    return byFolder.toString();
  }

  /** The licence whose own words stand in the text. */
  static Optional<String> ofText(String text) {
    String plain = plain(text);
    return FINGERPRINTS.stream()
        .filter(print -> print.phrases().stream().allMatch(plain::contains))
        .map(Fingerprint::id)
        .findFirst();
  }

  private Optional<String> nearest(String path) {
    String folder = folder(path);
    while (!byFolder.containsKey(folder)) {
      if (folder.isEmpty()) {
        return Optional.empty();
      }
      folder = folder(folder);
    }
    return Optional.of(byFolder.get(folder));
  }

  private static Optional<String> spdx(String head) {
    int at = head.indexOf(SPDX_TAG);
    if (at < 0) {
      return Optional.empty();
    }
    int start = at + SPDX_TAG.length();
    int end = head.indexOf('\n', start);
    String line = head.substring(start, end < 0 ? head.length() : end);
    String expression = line.replace("*/", " ").replace("-->", " ").strip();
    return expression.length() <= EXPRESSION_CHARACTERS_MAX && isKnown(expression)
        ? Optional.of(expression.replaceAll("\\s+", " "))
        : Optional.empty();
  }

  private static boolean isKnown(String expression) {
    String spaced = expression.replace('(', ' ').replace(')', ' ').strip();
    return !spaced.isEmpty()
        && List.of(spaced.split("\\s+", -1)).stream()
            .allMatch(word -> KNOWN.contains(word) || OPERATORS.contains(word));
  }

  private static String folder(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /** Lower case, comment marks and white space folded to single spaces. */
  private static String plain(String text) {
    StringBuilder out = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > ' ' && c != '*' && c != '#' && c != '/') {
        out.append(Character.toLowerCase(c));
      } else if (!out.isEmpty() && out.charAt(out.length() - 1) != ' ') {
        out.append(c == '/' ? "/" : " ");
      }
    }
    return out.toString();
  }

  private static Fingerprint print(String id, String... phrases) {
    return new Fingerprint(id, List.of(phrases));
  }
}
