package dev.moat.scan;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Checks a safetensors file in full: an eight-byte little-endian header length, a JSON header, and
 * tensors that cover the rest without a hole, an overlap or a byte too many.
 *
 * @see <a href="https://github.com/huggingface/safetensors">safetensors</a>
 */
final class SafetensorsCheck {
  static final int LENGTH_BYTES = 8;
  static final ValueLayout.OfLong LENGTH =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final long HEADER_BYTES_MAX = 100L << 20;
  private static final int TENSORS_MAX = 1_000_000;
  private static final int DIMENSIONS_MAX = 16;
  private static final String METADATA = "__metadata__";
  private static final Set<String> FIELDS = Set.of("dtype", "shape", "data_offsets");
  private static final Map<String, Integer> WIDTHS =
      Map.ofEntries(
          Map.entry("BOOL", 1),
          Map.entry("U8", 1),
          Map.entry("I8", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("I16", 2),
          Map.entry("U16", 2),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("I32", 4),
          Map.entry("U32", 4),
          Map.entry("F32", 4),
          Map.entry("F64", 8),
          Map.entry("I64", 8),
          Map.entry("U64", 8));

  private record Extent(String tensor, long begin, long end) {}

  private final MemorySegment bytes;
  private final List<Finding> findings = new ArrayList<>();

  private SafetensorsCheck(MemorySegment bytes) {
    this.bytes = bytes;
  }

  static List<Finding> check(MemorySegment bytes) {
    SafetensorsCheck check = new SafetensorsCheck(bytes);
    check.run();
    return check.findings;
  }

  private void run() {
    if (bytes.byteSize() < LENGTH_BYTES) {
      broken("header-length", "byte 0", "the file is shorter than the header's length field");
      return;
    }
    long length = bytes.get(LENGTH, 0);
    if (length < 2 || length > HEADER_BYTES_MAX || length > bytes.byteSize() - LENGTH_BYTES) {
      broken("header-length", "byte 0", "the header's length " + length + " is out of range");
      return;
    }
    byte[] header = bytes.asSlice(LENGTH_BYTES, length).toArray(ValueLayout.JAVA_BYTE);
    if (header[0] != '{') {
      broken("header-start", "byte 8", "the header does not begin with a brace");
      return;
    }
    JsonNode tree;
    try {
      tree = Json.parse(header, "header");
    } catch (Failure failure) {
      broken("header-json", "header", failure.getMessage());
      return;
    }
    check(tree, bytes.byteSize() - LENGTH_BYTES - length);
  }

  private void check(JsonNode tree, long dataBytes) {
    if (!tree.isObject() || tree.size() > TENSORS_MAX) {
      broken("header-json", "header", "the header is no object of at most a million tensors");
      return;
    }
    List<Extent> extents = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (entry.getKey().equals(METADATA)) {
        metadata(entry.getValue());
      } else {
        tensor(entry.getKey(), entry.getValue(), extents);
      }
    }
    if (findings.isEmpty()) {
      coverage(extents, dataBytes);
    }
  }

  private void metadata(JsonNode metadata) {
    boolean texts = metadata.isObject();
    for (JsonNode value : metadata) {
      texts &= value.isString();
    }
    if (!texts) {
      broken("metadata", METADATA, "the metadata is no object of texts");
    }
  }

  private void tensor(String name, JsonNode tensor, List<Extent> extents) {
    String where = "tensor " + name;
    if (!tensor.isObject() || !Set.copyOf(tensor.propertyNames()).equals(FIELDS)) {
      broken("tensor-fields", where, "has not exactly dtype, shape and data_offsets");
      return;
    }
    Integer width = WIDTHS.get(tensor.path("dtype").asString(""));
    if (width == null) {
      findings.add(
          new Finding(
              "safetensors-dtype",
              ScanVerdict.UNREADABLE,
              where,
              "dtype " + tensor.path("dtype") + " is not known"));
      return;
    }
    long size = size(tensor.path("shape"), width);
    JsonNode offsets = tensor.path("data_offsets");
    long begin = natural(offsets.path(0));
    long end = natural(offsets.path(1));
    if (size < 0) {
      broken("tensor-shape", where, "the shape is not a list of natural numbers in range");
    } else if (!offsets.isArray() || offsets.size() != 2 || begin < 0 || end < begin) {
      broken("tensor-offsets", where, "the offsets are not two natural numbers in order");
    } else if (end - begin != size) {
      broken(
          "tensor-size", where, "holds " + (end - begin) + " bytes where its shape needs " + size);
    } else {
      extents.add(new Extent(name, begin, end));
    }
  }

  /** Bytes that a shape needs, or -1 if it is malformed or overflows. */
  private static long size(JsonNode shape, int width) {
    if (!shape.isArray() || shape.size() > DIMENSIONS_MAX) {
      return -1;
    }
    long size = width;
    for (JsonNode dimension : shape) {
      long length = natural(dimension);
      if (length < 0 || Math.multiplyHigh(size, length) != 0 || size * length < 0) {
        return -1;
      }
      size *= length;
    }
    return size;
  }

  private static long natural(JsonNode number) {
    return number.isIntegralNumber() && number.canConvertToLong() && number.longValue() >= 0
        ? number.longValue()
        : -1;
  }

  private void coverage(List<Extent> extents, long dataBytes) {
    extents.sort(Comparator.comparingLong(Extent::begin).thenComparingLong(Extent::end));
    long reached = 0;
    for (Extent extent : extents) {
      if (extent.begin() != reached) {
        String what = extent.begin() > reached ? "a hole" : "an overlap";
        broken("coverage", "tensor " + extent.tensor(), "there is " + what + " before it");
        return;
      }
      reached = extent.end();
    }
    if (reached != dataBytes) {
      broken(
          "coverage",
          "byte " + reached + " of the data",
          "the tensors end here but the data has " + dataBytes + " bytes");
    }
  }

  private void broken(String rule, String where, String message) {
    findings.add(new Finding("safetensors-" + rule, ScanVerdict.MALICIOUS, where, message));
  }
}
