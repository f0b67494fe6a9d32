package dev.moat.engine;

import dev.moat.core.Failure;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;

/**
 * A safetensors file whose header was checked in full before any tensor is handed out. The bytes
 * stay where they are: mapped, or in the given segment.
 */
public final class Safetensors {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final String name;
  private final SafetensorsHeader header;
  private final MemorySegment data;

  private Safetensors(String name, MemorySegment bytes) {
    this.name = name;
    header = SafetensorsHeader.parse(name, bytes);
    data = bytes.asSlice(header.dataOffset()).asReadOnly();
  }

  /** Maps a file read-only; the mapping lives as long as this object or a segment of it. */
  public static Safetensors map(Path file) {
    String name = String.valueOf(file.getFileName());
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      return new Safetensors(
          name, channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto()));
    } catch (IOException e) {
      throw Failure.broken(file + ": cannot be read; check that it exists and is readable", e);
    }
  }

  /** Reads from memory, for instance from a decrypted blob. */
  public static Safetensors of(MemorySegment bytes) {
    return new Safetensors("safetensors", bytes);
  }

  /** The names of the tensors, sorted. */
  public Set<String> names() {
    return header.tensors().keySet();
  }

  /** The free texts of the header, never to be believed. */
  public Map<String, String> metadata() {
    return header.metadata();
  }

  /** The shape of a tensor. */
  public int[] shape(String tensor) {
    return entry(tensor).shape().clone();
  }

  /** The type of a tensor's elements, such as {@code F32} or {@code BF16}. */
  public String type(String tensor) {
    return entry(tensor).type();
  }

  /** The bytes of a tensor, little-endian. */
  public MemorySegment data(String tensor) {
    SafetensorsHeader.Entry entry = entry(tensor);
    return data.asSlice(entry.begin(), entry.end() - entry.begin());
  }

  /** A tensor of type F32, F16 or BF16, as floats. */
  public Tensor floats(String tensor) {
    SafetensorsHeader.Entry entry = entry(tensor);
    MemorySegment bytes = data(tensor);
    float[] out = new float[Math.toIntExact(entry.elements())];
    switch (entry.type()) {
      case "F32" ->
          MemorySegment.copy(
              bytes,
              ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN),
              0,
              out,
              0,
              out.length);
      case "F16" -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = Float.float16ToFloat(bytes.get(SHORT, 2L * i));
        }
      }
      case "BF16" -> {
        for (int i = 0; i < out.length; i++) {
          out[i] = Float.intBitsToFloat(bytes.get(SHORT, 2L * i) << 16);
        }
      }
      case String other ->
          throw Failure.invalid(
              name
                  + " tensor \""
                  + tensor
                  + "\": type "
                  + other
                  + " holds no floats this engine reads; convert it to F32, F16 or BF16");
    }
    return new Tensor(tensor, entry.shape().clone(), out);
  }

  private SafetensorsHeader.Entry entry(String tensor) {
    SortedMap<String, SafetensorsHeader.Entry> tensors = header.tensors();
    SafetensorsHeader.Entry entry = tensors.get(tensor);
    if (entry == null) {
      throw Failure.invalid(
          name + ": no tensor \"" + tensor + "\"; use a file of the model its config describes");
    }
    return entry;
  }
}
