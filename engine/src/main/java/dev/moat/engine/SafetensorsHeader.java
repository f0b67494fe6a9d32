package dev.moat.engine;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/**
 * The header of a safetensors file, checked: every byte after it belongs to exactly one tensor.
 *
 * @param tensors by name
 * @param metadata free texts
 * @param dataOffset where the tensors begin
 */
record SafetensorsHeader(
    SortedMap<String, Entry> tensors, Map<String, String> metadata, long dataOffset) {
  /** The longest header that Hugging Face's own reader takes. */
  static final long HEADER_BYTES_MAX = 100_000_000;

  private static final int LENGTH_BYTES = 8;
  private static final int DIMENSIONS_MAX = 16;
  private static final int TENSORS_MAX = 1 << 20;
  private static final String METADATA = "__metadata__";

  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("BOOL", 8),
          Map.entry("U8", 8),
          Map.entry("I8", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("F8_E4M3", 8),
          Map.entry("I16", 16),
          Map.entry("U16", 16),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("I32", 32),
          Map.entry("U32", 32),
          Map.entry("F32", 32),
          Map.entry("F64", 64),
          Map.entry("I64", 64),
          Map.entry("U64", 64));

  /** Where one tensor lies, counted from the first byte after the header. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Entry(String type, int[] shape, long elements, long begin, long end) {}

  static SafetensorsHeader parse(String file, MemorySegment bytes) {
    return new Reader(file).read(bytes);
  }

  /** Reads one header; the file's name is for its messages. */
  private record Reader(String file) {

    SafetensorsHeader read(MemorySegment bytes) {
      long available = bytes.byteSize() - LENGTH_BYTES;
      require(available >= 0, "", "shorter than the 8 bytes of the header's length");
      long length =
          bytes.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 0);
      require(
          length >= 2 && length <= HEADER_BYTES_MAX && length <= available,
          " offset 0",
          "header length "
              + Long.toUnsignedString(length)
              + " is not within 2 and "
              + Math.min(HEADER_BYTES_MAX, available));
      byte[] json = bytes.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
      require(json[0] == '{', " offset " + LENGTH_BYTES, "the header does not begin with '{'");
      JsonNode root = Json.parse(json, file + " header");
      require(root.isObject() && root.size() <= TENSORS_MAX, " header", "not an object of tensors");
      Map<String, String> metadata = metadata(root.path(METADATA));
      SortedMap<String, Entry> tensors = new TreeMap<>();
      root.properties()
          .forEach(
              field -> {
                if (!field.getKey().equals(METADATA)) {
                  tensors.put(field.getKey(), entry(field.getKey(), field.getValue()));
                }
              });
      requireCoverage(tensors, available - length);
      return new SafetensorsHeader(
          Collections.unmodifiableSortedMap(tensors), metadata, LENGTH_BYTES + length);
    }

    private Map<String, String> metadata(JsonNode metadata) {
      if (metadata.isMissingNode()) {
        return Map.of();
      }
      require(metadata.isObject(), " " + METADATA, "not an object");
      Map<String, String> out = new TreeMap<>();
      metadata
          .properties()
          .forEach(
              field -> {
                require(field.getValue().isString(), " " + METADATA, "holds more than strings");
                out.put(field.getKey(), field.getValue().asString());
              });
      return Collections.unmodifiableMap(out);
    }

    private Entry entry(String tensor, JsonNode value) {
      String where = " tensor \"" + Text.shortened(tensor, 80) + "\"";
      require(
          value.isObject()
              && value.size() == 3
              && value.has("dtype")
              && value.has("shape")
              && value.has("data_offsets"),
          where,
          "not exactly dtype, shape and data_offsets");
      String type = value.path("dtype").asString("?");
      Integer bits = BITS.get(type);
      if (bits == null) {
        throw invalid(where, "unknown dtype \"" + Text.shortened(type, 20) + "\"");
      }
      int[] shape = shape(where, value.path("shape"));
      JsonNode offsets = value.path("data_offsets");
      require(
          offsets.isArray()
              && offsets.size() == 2
              && offsets.path(0).isIntegralNumber()
              && offsets.path(0).canConvertToLong()
              && offsets.path(1).isIntegralNumber()
              && offsets.path(1).canConvertToLong(),
          where,
          "data_offsets are not two integers");
      long begin = offsets.path(0).asLong();
      long end = offsets.path(1).asLong();
      require(begin >= 0 && end >= begin, where, "data_offsets " + begin + ", " + end);
      long elements = elements(where, shape, bits);
      require(
          elements * (bits / 8) == end - begin,
          where + " offset " + begin,
          "its shape takes " + elements * (bits / 8) + " bytes, not " + (end - begin));
      return new Entry(type, shape, elements, begin, end);
    }

    private int[] shape(String where, JsonNode shape) {
      require(
          shape.isArray() && shape.size() <= DIMENSIONS_MAX,
          where,
          "shape is not a list of at most " + DIMENSIONS_MAX + " sizes");
      int[] out = new int[shape.size()];
      for (int i = 0; i < out.length; i++) {
        require(
            shape.path(i).isInt() && shape.path(i).asInt() >= 0,
            where,
            "size " + i + " of its shape is not an integer from 0 to " + Integer.MAX_VALUE);
        out[i] = shape.path(i).asInt();
      }
      return out;
    }

    private long elements(String where, int[] shape, int bits) {
      try {
        long product = 1;
        for (int size : shape) {
          product = Math.multiplyExact(product, size);
        }
        Math.multiplyExact(product, bits);
        return product;
      } catch (ArithmeticException e) {
        throw invalid(where, "its shape overflows");
      }
    }

    private void requireCoverage(SortedMap<String, Entry> tensors, long size) {
      List<Map.Entry<String, Entry>> inOrder = new ArrayList<>(tensors.entrySet());
      inOrder.sort(
          Comparator.comparingLong((Map.Entry<String, Entry> entry) -> entry.getValue().begin())
              .thenComparingLong(entry -> entry.getValue().end()));
      long at = 0;
      for (Map.Entry<String, Entry> entry : inOrder) {
        long begin = entry.getValue().begin();
        String where = " tensor \"" + Text.shortened(entry.getKey(), 80) + "\" offset " + begin;
        require(begin <= at, where, "a hole of " + (begin - at) + " bytes before it");
        require(begin >= at, where, "it overlaps the one before by " + (at - begin) + " bytes");
        at = entry.getValue().end();
        require(at <= size, where, "it ends at " + at + ", after the data's " + size + " bytes");
      }
      require(at == size, " offset " + at, (size - at) + " trailing bytes after the last tensor");
    }

    private void require(boolean holds, String where, String why) {
      if (!holds) {
        throw invalid(where, why);
      }
    }

    private Failure invalid(String where, String why) {
      return new Failure(
          new Problem.Invalid(
              file + where + ": " + why + "; get an intact safetensors file", file));
    }
  }
}
