package dev.moat.data;

import java.util.SortedMap;

/** A text without anything sensitive, and how many of each type were replaced. */
record Redacted(String text, SortedMap<String, Integer> counts) {}
