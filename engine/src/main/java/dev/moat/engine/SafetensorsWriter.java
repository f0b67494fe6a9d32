package dev.moat.engine;

import dev.moat.core.Json;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes tensors as the bytes of a safetensors file; equal tensors give equal bytes. */
public final class SafetensorsWriter {
  private static final int ALIGNMENT = 8;

  private SafetensorsWriter() {}

  /** How each float is stored. */
  public enum Type {
    /** As it is. */
    F32,
    /** Rounded to the upper 16 bits, to nearest with ties to even. */
    BF16
  }

  /** The file's bytes, tensors in the order of their names. */
  public static byte[] bytes(
      SortedMap<String, Tensor> tensors, Type type, Map<String, String> metadata) {
    int width = type == Type.F32 ? Float.BYTES : Short.BYTES;
    ObjectNode root = Json.object();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject("__metadata__");
      new TreeMap<>(metadata).forEach(texts::put);
    }
    long size = 0;
    for (Map.Entry<String, Tensor> entry : tensors.entrySet()) {
      ObjectNode node = root.putObject(entry.getKey()).put("dtype", type.name());
      ArrayNode shape = node.putArray("shape");
      for (int dimension : entry.getValue().shape()) {
        shape.add(dimension);
      }
      long end = size + (long) width * entry.getValue().values().length;
      node.putArray("data_offsets").add(size).add(end);
      size = end;
    }
    byte[] header = Json.bytes(root);
    int padded = (header.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    ByteBuffer out =
        ByteBuffer.allocate(Math.toIntExact(Long.BYTES + padded + size))
            .order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(padded).put(header);
    while (out.position() < Long.BYTES + padded) {
      out.put((byte) ' ');
    }
    tensors.values().forEach(tensor -> put(out, tensor.values(), type));
    return out.array();
  }

  /** A float rounded to the sixteen bits of a BF16. */
  static short toBfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Float.isNaN(value)) {
      return (short) ((bits >>> 16) | 0x40);
    }
    return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
  }

  private static void put(ByteBuffer out, float[] values, Type type) {
    for (float value : values) {
      if (type == Type.F32) {
        out.putFloat(value);
      } else {
        out.putShort(toBfloat16(value));
      }
    }
  }
}
