package dev.moat.serve;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Secret;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class UpstreamSettingsTest {
  private static UpstreamSettings of(String base) {
    return UpstreamSettings.of(base, Optional.of(Secret.of("sk-secret")), "m");
  }

  @Test
  void findsTheEndpoints() {
    assertEquals(
        "http://h:8000/v1/chat/completions", of("http://h:8000/v1").at(Endpoint.CHAT).toString());
    assertEquals("https://h/v1/completions", of("https://h").at(Endpoint.COMPLETION).toString());
    assertEquals("http://h/v1/completions", of(" http://h/ ").at(Endpoint.COMPLETION).toString());
    assertEquals(
        "http://h/openai/v1/completions",
        of("http://h/openai/v1//").at(Endpoint.COMPLETION).toString());
  }

  @Test
  void refusesWhatIsNoAddress() {
    for (String base :
        List.of(
            "",
            "h:8000",
            "/v1",
            "ftp://h/",
            "file:///x",
            "http://u:pw@h/",
            "http://h/?x=1",
            "http://h/#x",
            "http://h h/")) {
      Failure failure = assertThrows(Failure.class, () -> of(base), base);
      assertTrue(failure.getMessage().startsWith("upstream: "), failure.getMessage());
      assertFalse(failure.getMessage().contains("pw"), failure.getMessage());
    }
  }

  @Test
  void needsAModel() {
    assertThrows(Failure.class, () -> UpstreamSettings.of("http://h", Optional.empty(), ""));
  }

  @Test
  void hidesTheKey() {
    assertFalse(of("http://h").toString().contains("sk-secret"));
  }
}
