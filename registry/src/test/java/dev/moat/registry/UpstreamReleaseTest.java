package dev.moat.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Releases of models behind one address or several. */
class UpstreamReleaseTest {
  private static final String ONE = "http://127.0.0.1:8000/v1";
  private static final String TWO = "http://127.0.0.1:8001/v1";

  private static Release of(String... urls) {
    return new Release("m", new Release.Upstream(List.of(urls)), Optional.empty(), "0.1.0");
  }

  private static Release parse(String json) {
    return Release.parse(json.getBytes(StandardCharsets.UTF_8), "release");
  }

  @Test
  void oneAddressIsWrittenAsItAlwaysWas() {
    String old =
        "{\"format\":\"moat-release/1\",\"name\":\"m\",\"code-version\":\"0.1.0\",\"upstream\":\""
            + ONE
            + "\"}";
    assertEquals(old, Json.text(of(ONE).toJson()));
    assertEquals(of(ONE), parse(old));
    assertEquals(
        Digest.of(old.getBytes(StandardCharsets.UTF_8)),
        Digest.of(Json.bytes(parse(old).toJson())));
  }

  @Test
  void severalAddressesAreReadBackInAnyOrder() {
    Release release = of(TWO, ONE);
    assertEquals(release, Release.parse(Json.bytes(release.toJson()), "release"));
    assertEquals(Json.text(of(ONE, TWO).toJson()), Json.text(release.toJson()));
    assertEquals(of(ONE), of(ONE, ONE), "an address counts once");
  }

  @Test
  void anotherAddressIsAnotherRelease() {
    assertTrue(!Json.text(of(ONE).toJson()).equals(Json.text(of(ONE, TWO).toJson())));
  }

  @Test
  void everyAddressIsChecked() {
    assertThrows(Failure.class, () -> of(ONE, "http://user:pw@h/"));
    assertThrows(Failure.class, () -> of());
    String[] many =
        IntStream.range(0, 65).mapToObj(i -> "http://h" + i + "/v1").toArray(String[]::new);
    assertThrows(Failure.class, () -> of(many));
    assertEquals(
        64,
        ((Release.Upstream) of(List.of(many).subList(1, 65).toArray(String[]::new)).backing())
            .urls()
            .size());
    for (String bad : List.of("[]", "[1]", "\"x\"", "null", "[\"ftp://h\"]")) {
      String json =
          "{\"format\":\"moat-release/1\",\"name\":\"m\",\"code-version\":\"1\",\"upstreams\":"
              + bad
              + "}";
      assertThrows(Failure.class, () -> parse(json), bad);
    }
  }
}
