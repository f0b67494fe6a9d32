package dev.moat.registry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder with the files of a model, of the smallest size that a scan takes as one. */
final class TinyModel {
  private TinyModel() {}

  /** Writes the folder if it is not there. */
  static void writeOnce(Path folder) {
    if (Files.exists(folder)) {
      return;
    }
    try {
      Files.createDirectories(folder);
      Files.writeString(
          folder.resolve("config.json"),
          "{\"architectures\":[\"LlamaForCausalLM\"],\"model_type\":\"llama\"}");
      Files.writeString(
          folder.resolve("tokenizer.json"),
          "{\"version\":\"1.0\",\"model\":{\"type\":\"BPE\",\"vocab\":{\"a\":0},\"merges\":[]}}");
      Files.writeString(folder.resolve("README.md"), "# Tiny\n\nMade for a test.\n");
      Files.write(folder.resolve("model.safetensors"), safetensors("model.norm.weight", 4));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** A safetensors file of one tensor of {@code count} floats. */
  static byte[] safetensors(String tensor, int count) {
    String header =
        "{\"%s\":{\"dtype\":\"F32\",\"shape\":[%d],\"data_offsets\":[0,%d]}}"
            .formatted(tensor, count, 4 * count);
    header += " ".repeat((8 - header.length() % 8) % 8);
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out =
        ByteBuffer.allocate(8 + text.length + 4 * count).order(ByteOrder.LITTLE_ENDIAN);
    out.putLong(text.length).put(text);
    for (int i = 0; i < count; i++) {
      out.putFloat(i + 0.5f);
    }
    return out.array();
  }
}
