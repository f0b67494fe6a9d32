package dev.moat.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class SafetensorsWriterTest {
  private static SortedMap<String, Tensor> tensors() {
    SortedMap<String, Tensor> tensors = new TreeMap<>();
    tensors.put("b", new Tensor("b", new int[] {1, 2}, new float[] {1, -2}));
    tensors.put("a", new Tensor("a", new int[] {1}, new float[] {0.5f}));
    return tensors;
  }

  private static float rounded(float value) {
    return Float.intBitsToFloat(SafetensorsWriter.toBfloat16(value) << 16);
  }

  @Test
  void writesTheBytesOfTheFormat() {
    byte[] bytes = SafetensorsWriter.bytes(tensors(), SafetensorsWriter.Type.F32, Map.of());
    String header =
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"F32\",\"shape\":[1,2],\"data_offsets\":[4,12]}}";
    int padded = (header.length() + 7) / 8 * 8;
    assertEquals(padded, bytes[0]);
    String written = new String(bytes, 8, padded, StandardCharsets.UTF_8);
    assertEquals(header, written.strip());
    assertEquals(
        "0000003f" + "0000803f" + "000000c0",
        HexFormat.of().formatHex(bytes, 8 + padded, bytes.length));
    assertEquals(0, (8 + padded) % 8);
  }

  @Test
  void readsBackWhatItWrote() {
    SplittableRandom random = new SplittableRandom(2);
    for (int round = 0; round < 100; round++) {
      SortedMap<String, Tensor> tensors = new TreeMap<>();
      int count = random.nextInt(6);
      for (int i = 0; i < count; i++) {
        String name = "t" + random.nextInt(100) + "é\"\\";
        Tensor tensor = Tensor.zeros(name, random.nextInt(5), 1 + random.nextInt(5));
        for (int k = 0; k < tensor.values().length; k++) {
          tensor.values()[k] = Float.intBitsToFloat(random.nextInt());
        }
        tensors.put(name, tensor);
      }
      Map<String, String> metadata = Map.of("format", "pt", "round", "" + round);
      Safetensors file =
          Safetensors.of(
              MemorySegment.ofArray(
                  SafetensorsWriter.bytes(tensors, SafetensorsWriter.Type.F32, metadata)));
      assertEquals(metadata, file.metadata());
      assertEquals(tensors.keySet(), file.names());
      tensors.forEach(
          (name, tensor) -> {
            assertArrayEquals(tensor.shape(), file.shape(name));
            assertArrayEquals(tensor.values(), file.floats(name).values());
          });
    }
  }

  @Test
  void halvesTheBytesWithBfloat16() {
    byte[] full = SafetensorsWriter.bytes(tensors(), SafetensorsWriter.Type.F32, Map.of());
    byte[] half = SafetensorsWriter.bytes(tensors(), SafetensorsWriter.Type.BF16, Map.of());
    Safetensors file = Safetensors.of(MemorySegment.ofArray(half));
    assertTrue(half.length < full.length);
    assertEquals("BF16", file.type("a"));
    assertArrayEquals(new float[] {1, -2}, file.floats("b").values());
  }

  @Test
  void equalTensorsGiveEqualBytes() {
    Map<String, String> one = Map.of("a", "1", "b", "2", "c", "3");
    Map<String, String> other = new TreeMap<>(one).descendingMap();
    assertArrayEquals(
        SafetensorsWriter.bytes(tensors(), SafetensorsWriter.Type.F32, one),
        SafetensorsWriter.bytes(tensors(), SafetensorsWriter.Type.F32, other));
  }

  @Test
  void writesNoTensorsAtAll() {
    byte[] bytes = SafetensorsWriter.bytes(new TreeMap<>(), SafetensorsWriter.Type.F32, Map.of());
    assertEquals(0, Safetensors.of(MemorySegment.ofArray(bytes)).names().size());
  }

  @Test
  void roundsToTheNearestWithTiesToEven() {
    assertEquals(1.0f, rounded(1.0f));
    assertEquals(1.0f, rounded(0x1.01p0f)); // halfway between 1 and 1.0078125: even is 1
    assertEquals(1.015625f, rounded(0x1.03p0f)); // halfway: even is the upper one
    assertEquals(1.0078125f, rounded(1.0040f));
    assertEquals(-1.0078125f, rounded(-1.0040f));
    assertEquals(0f, rounded(0f));
    assertEquals(Float.POSITIVE_INFINITY, rounded(Float.MAX_VALUE));
    assertEquals(Float.NEGATIVE_INFINITY, rounded(Float.NEGATIVE_INFINITY));
    assertTrue(Float.isNaN(rounded(Float.NaN)));
    assertTrue(Float.isNaN(rounded(Float.intBitsToFloat(0x7f800001))));
  }

  @Test
  void roundsEveryValueToANeighbour() {
    SplittableRandom random = new SplittableRandom(5);
    for (int round = 0; round < 100_000; round++) {
      float value = Float.intBitsToFloat(random.nextInt());
      if (!Float.isNaN(value) && Math.abs(value) < 1e38f && Math.abs(value) > 1e-37f) {
        float near = rounded(value);
        assertTrue(Math.abs(near - value) <= Math.abs(value) / 256, value + " to " + near);
      }
    }
  }

  @Test
  void keepsNamesInOrder() {
    byte[] bytes = SafetensorsWriter.bytes(tensors(), SafetensorsWriter.Type.F32, Map.of());
    assertEquals(
        List.of("a", "b"), List.copyOf(Safetensors.of(MemorySegment.ofArray(bytes)).names()));
  }
}
