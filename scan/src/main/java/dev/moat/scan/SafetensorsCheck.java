package dev.moat.scan;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Text;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Checks a safetensors file as strictly as its format is written: a length, a JSON object, and the
 * tensors' bytes without a hole, an overlap or a rest. Two readers that differ in what they forgive
 * would see two different models in one file; a file that needs forgiveness is therefore refused.
 */
final class SafetensorsCheck {
  /** How long a header may be. */
  static final long HEADER_BYTES_MAX = 100_000_000;

  private static final int TENSORS_MAX = 200_000;
  private static final int DIMENSIONS_MAX = 16;
  private static final int NAME_MAX = 1024;
  private static final int PREFIX = 8;
  private static final String METADATA = "__metadata__";

  /** The element types and the bits of each. */
  private static final Map<String, Integer> BITS =
      Map.ofEntries(
          Map.entry("F64", 64),
          Map.entry("F32", 32),
          Map.entry("F16", 16),
          Map.entry("BF16", 16),
          Map.entry("I64", 64),
          Map.entry("I32", 32),
          Map.entry("I16", 16),
          Map.entry("I8", 8),
          Map.entry("U64", 64),
          Map.entry("U32", 32),
          Map.entry("U16", 16),
          Map.entry("U8", 8),
          Map.entry("BOOL", 8),
          Map.entry("C64", 64),
          Map.entry("F8_E4M3", 8),
          Map.entry("F8_E5M2", 8),
          Map.entry("F8_E8M0", 8),
          Map.entry("F6_E2M3", 6),
          Map.entry("F6_E3M2", 6),
          Map.entry("F4", 4));

  private final Bytes bytes;
  private final Notes notes;

  SafetensorsCheck(Bytes bytes, Notes notes) {
    this.bytes = bytes;
    this.notes = notes;
  }

  /** Where one tensor lies in the data. */
  private record Extent(String name, long begin, long end) {}

  void run() {
    if (bytes.size() < PREFIX) {
      notes.unknown("safetensors-short", "header", "the file ends before its header");
      return;
    }
    long length = bytes.littleLong();
    if (length <= 0 || length > HEADER_BYTES_MAX) {
      notes.critical(
          "safetensors-header-length",
          "byte 0",
          "the header claims " + Long.toUnsignedString(length) + " bytes");
      return;
    }
    if (length > bytes.size() - PREFIX) {
      notes.unknown("safetensors-short", "header", "the file ends inside its header");
      return;
    }
    header(bytes.copy(PREFIX, length), bytes.size() - PREFIX - length);
  }

  private void header(byte[] raw, long dataBytes) {
    Optional<String> text = Bytes.utf8(raw);
    if (raw[0] != '{') {
      notes.critical("safetensors-header-start", "byte 8", "the header does not begin with {");
      return;
    }
    if (text.isEmpty() || text.get().indexOf('\0') >= 0) {
      notes.critical("safetensors-header-text", "header", "the header is not UTF-8 text");
      return;
    }
    JsonNode header;
    try {
      header = Json.parse(text.get(), "header");
    } catch (Failure failure) {
      notes.critical("safetensors-header-json", "header", failure.getMessage());
      return;
    }
    if (!header.isObject() || header.size() > TENSORS_MAX) {
      notes.unknown(
          "safetensors-tensors", "header", "no object of at most " + TENSORS_MAX + " tensors");
      return;
    }
    List<Extent> extents = extents(header);
    if (notes.isClean()) {
      coverage(extents, dataBytes);
    }
  }

  private List<Extent> extents(JsonNode header) {
    List<Extent> extents = new ArrayList<>();
    header
        .properties()
        .forEach(
            field -> {
              if (field.getKey().equals(METADATA)) {
                metadata(field.getValue());
              } else {
                name(field.getKey());
                extent(field.getKey(), field.getValue()).ifPresent(extents::add);
              }
            });
    return extents;
  }

  private void metadata(JsonNode metadata) {
    boolean strings = metadata.isObject();
    for (Map.Entry<String, JsonNode> entry : metadata.properties()) {
      strings &= entry.getValue().isString();
      if (entry.getValue().toString().contains("://")) {
        notes.remark("metadata-address", METADATA, entry.getKey() + " holds an address");
      }
    }
    if (!strings) {
      notes.critical("safetensors-metadata", METADATA, "the metadata is not an object of strings");
    }
  }

  private void name(String name) {
    boolean plain =
        name.chars().noneMatch(c -> c < 0x20 || c == 0x7F || Character.isSurrogate((char) c));
    if (!plain || name.isEmpty() || name.length() > NAME_MAX) {
      notes.critical("safetensors-name", name, "not a name: empty, too long or not printable");
    }
  }

  private Optional<Extent> extent(String name, JsonNode tensor) {
    JsonNode shape = tensor.path("shape");
    JsonNode offsets = tensor.path("data_offsets");
    boolean fields =
        tensor.isObject()
            && tensor.size() == 3
            && tensor.path("dtype").isString()
            && isNaturals(shape)
            && isNaturals(offsets)
            && offsets.size() == 2;
    if (!fields || shape.size() > DIMENSIONS_MAX) {
      notes.critical(
          "safetensors-entry",
          name,
          "not exactly a dtype, a shape and two data_offsets that are natural numbers");
      return Optional.empty();
    }
    String type = tensor.path("dtype").asString();
    int bits = BITS.getOrDefault(type, 0);
    if (bits == 0) {
      notes.unknown("safetensors-dtype", name, "unknown dtype " + Text.shortened(type, 40));
      return Optional.empty();
    }
    Extent extent = new Extent(name, offsets.get(0).asLong(), offsets.get(1).asLong());
    size(extent, shape, bits);
    return Optional.of(extent);
  }

  private void size(Extent extent, JsonNode shape, int bits) {
    try {
      long elements = 1;
      for (JsonNode dimension : shape) {
        elements = Math.multiplyExact(elements, dimension.asLong());
      }
      long tensorBits = Math.multiplyExact(elements, bits);
      long spanned = Math.multiplyExact(Math.subtractExact(extent.end, extent.begin), 8L);
      if (tensorBits != spanned) {
        notes.critical(
            "safetensors-size",
            extent.name,
            "shape and dtype need " + tensorBits / 8 + " bytes, the offsets span " + spanned / 8);
      }
    } catch (ArithmeticException _) {
      notes.critical("safetensors-overflow", extent.name, "the size overflows 64 bits");
    }
  }

  /** The extents, in order, must begin at 0, touch each other and end where the file ends. */
  private void coverage(List<Extent> extents, long dataBytes) {
    extents.sort(Comparator.comparingLong(Extent::begin).thenComparingLong(Extent::end));
    long reached = 0;
    for (Extent extent : extents) {
      if (extent.begin > reached) {
        notes.critical(
            "safetensors-hole",
            extent.name,
            "bytes " + reached + " to " + extent.begin + " belong to no tensor");
      } else if (extent.begin < reached) {
        notes.critical(
            "safetensors-overlap",
            extent.name,
            "begins at " + extent.begin + " inside another tensor");
      }
      reached = Math.max(reached, extent.end);
    }
    if (reached > dataBytes) {
      notes.unknown(
          "safetensors-short",
          "data",
          "the tensors need " + reached + " bytes, the file has " + dataBytes);
    } else if (reached < dataBytes) {
      notes.critical(
          "safetensors-trailing", "data", dataBytes - reached + " bytes follow the last tensor");
    }
  }

  private static boolean isNaturals(JsonNode list) {
    if (!list.isArray()) {
      return false;
    }
    for (JsonNode number : list) {
      if (!number.isIntegralNumber() || !number.canConvertToLong() || number.asLong() < 0) {
        return false;
      }
    }
    return true;
  }
}
