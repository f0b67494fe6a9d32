package dev.moat.data;

import java.text.Normalizer;
import java.util.Locale;

/** A person as a version control system names them. */
record Identity(String name, String email) {
  /** The form under which spellings of one name count as the same person. */
  String canonical() {
    String known = name.isBlank() ? email : name;
    return Normalizer.normalize(known, Normalizer.Form.NFKC)
        .strip()
        .replaceAll("\\s+", " ")
        .toLowerCase(Locale.ROOT);
  }
}
