package dev.moat.data;

/**
 * A stretch of text to replace.
 *
 * @param canonical the form of the value under which equal values get equal pseudonyms
 */
record Found(String type, String canonical, int start, int end) {
  int length() {
    return end - start;
  }
}
