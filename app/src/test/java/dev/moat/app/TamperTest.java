package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Flips one byte in every stored file in turn: each time the proof must fail and name it. */
final class TamperTest {
  private static final Pattern KEY = Pattern.compile("key {6}(mk_\\S+)");

  @TempDir Path folder;

  @Test
  void everyFlippedByteBreaksTheProofAndIsNamed() throws Exception {
    Path home = folder.resolve("home");
    String receipt = answeredReceipt(home);
    assertEquals(0, verify(home, receipt).status(), "before anything is flipped");
    Random random = new Random(3);
    List<Path> files = new ArrayList<>(Copies.files(home.resolve("blobs")));
    files.addAll(Copies.files(home.resolve("ledger/tile")));
    files.add(home.resolve("ledger/checkpoint"));
    for (Path file : files) {
      byte[] before = Files.readAllBytes(file);
      byte[] flipped = before.clone();
      flipped[random.nextInt(flipped.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, flipped);
      Captured proof = verify(home, receipt);
      assertTrue(proof.status() != 0, file + " was flipped: " + proof.out() + proof.err());
      String said = proof.out() + proof.err();
      assertTrue(said.contains("BROKEN") || said.startsWith("moat: "), said);
      Files.write(file, before);
    }
    assertEquals(0, verify(home, receipt).status(), "after all is restored");
  }

  private static Captured verify(Path home, String receipt) {
    return Captured.run("receipt", "verify", receipt, "--home", home.toString());
  }

  private String answeredReceipt(Path home) throws IOException, InterruptedException {
    TinyModel.write(folder.resolve("model"));
    SampleProject.write(folder.resolve("project"), 24);
    Path pipeline = folder.resolve("pipeline.yaml");
    SampleProject.pipeline(pipeline, folder.resolve("project"), folder.resolve("model"));
    Captured.Streams streams = new Captured.Streams("");
    Settings settings = Settings.standard().with("gateway", "port", "0");
    try (Up up = new Up(new Up.Order(home, settings, pipeline, List.of()), streams.terminal());
        HttpClient client = HttpClient.newHttpClient()) {
      assertEquals(0, up.start(), streams.err());
      Matcher key = KEY.matcher(streams.out());
      assertTrue(key.find());
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(up.address() + "/v1/completions"))
              .header("Authorization", "Bearer " + key.group(1))
              .POST(
                  HttpRequest.BodyPublishers.ofString(
                      "{\"model\":\"code-assistant\",\"prompt\":\"int\",\"max_tokens\":4}"))
              .build();
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      assertEquals(200, answer.statusCode(), answer.body());
      return answer.headers().firstValue("x-moat-receipt").orElseThrow();
    }
  }
}
