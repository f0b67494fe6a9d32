package dev.moat.scan;

import java.lang.foreign.MemorySegment;

/** One file to judge: its path inside the model, with slashes, and its bytes. */
public record ScannedFile(String path, MemorySegment bytes) {}
