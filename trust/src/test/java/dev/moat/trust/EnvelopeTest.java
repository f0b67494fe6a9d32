package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class EnvelopeTest {
  private static final byte[] PAYLOAD = "hello world".getBytes(StandardCharsets.UTF_8);

  @TempDir Path folder;
  private SigningKey key;
  private Envelope envelope;

  @BeforeEach
  void sign() {
    key = new Place(folder).signingKey;
    envelope = Envelope.sign("http://example.com/HelloWorld", PAYLOAD, key);
  }

  @Test
  void theEncodingIsTheOneOfTheSpecification() {
    // The example of the DSSE v1 protocol.
    assertEquals(
        "DSSEv1 29 http://example.com/HelloWorld 11 hello world",
        new String(
            Envelope.encoding("http://example.com/HelloWorld", PAYLOAD), StandardCharsets.UTF_8));
    assertEquals(
        "DSSEv1 2 ü 0 ", new String(Envelope.encoding("ü", new byte[0]), StandardCharsets.UTF_8));
  }

  @Test
  void typesAndPayloadsCannotTradeBytes() {
    byte[] one = Envelope.encoding("ab", "c".getBytes(StandardCharsets.UTF_8));
    byte[] two = Envelope.encoding("a", "bc".getBytes(StandardCharsets.UTF_8));
    assertFalse(Arrays.equals(one, two));
  }

  @Test
  void envelopesRoundTripAndVerify() {
    Envelope parsed = Envelope.parse(Json.bytes(envelope.toJson()));
    assertEquals(envelope, parsed);
    assertEquals(envelope.hashCode(), parsed.hashCode());
    assertArrayEquals(PAYLOAD, parsed.payload());
    assertEquals("http://example.com/HelloWorld", parsed.payloadType());
    assertEquals(key.id(), parsed.signatures().getFirst().keyId());
    assertTrue(parsed.isSignedBy(key.verifyKey()));
  }

  @Test
  void anotherKeyDidNotSignIt() {
    SigningKey other = new Place(folder.resolve("other")).signingKey;
    assertFalse(envelope.isSignedBy(other.verifyKey()));
  }

  @Test
  void theKeyIdIsOnlyAHint() {
    ObjectNode tree = (ObjectNode) envelope.toJson();
    ((ObjectNode) tree.path("signatures").get(0)).put("keyid", "someone else");
    assertTrue(Envelope.parse(Json.bytes(tree)).isSignedBy(key.verifyKey()));
    ((ObjectNode) tree.path("signatures").get(0)).remove("keyid");
    assertTrue(Envelope.parse(Json.bytes(tree)).isSignedBy(key.verifyKey()));
  }

  @Test
  void aChangedTypeOrPayloadIsNotSigned() {
    ObjectNode tree = (ObjectNode) envelope.toJson();
    assertFalse(
        Envelope.parse(Json.bytes(tree.deepCopy().put("payloadType", "x")))
            .isSignedBy(key.verifyKey()));
    assertFalse(
        Envelope.parse(Json.bytes(tree.deepCopy().put("payload", "aGVsbG8=")))
            .isSignedBy(key.verifyKey()));
  }

  @Test
  void bothBase64AlphabetsAreRead() {
    byte[] payload = {-1, -2, -3, -4, -5, -6};
    Envelope odd = Envelope.sign("t", payload, key);
    String json = Json.text(odd.toJson()).replace('+', '-').replace('/', '_');
    assertArrayEquals(payload, Envelope.parse(json.getBytes(StandardCharsets.UTF_8)).payload());
    assertTrue(Envelope.parse(json.getBytes(StandardCharsets.UTF_8)).isSignedBy(key.verifyKey()));
  }

  @Test
  void unknownFieldsAreIgnored() {
    ObjectNode tree = ((ObjectNode) envelope.toJson()).put("extra", 1);
    assertEquals(envelope, Envelope.parse(Json.bytes(tree)));
  }

  @Test
  void refusesWhatIsNotAnEnvelope() {
    String signature = "{\"keyid\":\"\",\"sig\":\"AAAA\"}";
    for (String json :
        List.of(
            "",
            "[]",
            "{}",
            "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[]}",
            "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":{}}",
            "{\"payloadType\":\"\",\"payload\":\"\",\"signatures\":[" + signature + "]}",
            "{\"payloadType\":1,\"payload\":\"\",\"signatures\":[" + signature + "]}",
            "{\"payloadType\":\"t\",\"payload\":\"*\",\"signatures\":[" + signature + "]}",
            "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{\"sig\":\"*\"}]}",
            "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":[{\"keyid\":\"\"}]}",
            "{\"payloadType\":\"t\",\"payload\":\"\",\"signatures\":["
                + (signature + ",").repeat(16)
                + signature
                + "]}",
            "{\"payloadType\":\"t\",\"payload\":\"\",\"payload\":\"\",\"signatures\":["
                + signature
                + "]}")) {
      assertThrows(
          Failure.class, () -> Envelope.parse(json.getBytes(StandardCharsets.UTF_8)), json);
    }
    assertThrows(Failure.class, () -> Envelope.parse(new byte[Envelope.ENVELOPE_BYTES_MAX + 1]));
  }

  @Test
  void mutatedEnvelopesAreRefusedUnsignedOrTheSame() {
    byte[] json = Json.bytes(envelope.toJson());
    Random random = new Random(12);
    int refused = 0;
    for (int i = 0; i < 2_000; i++) {
      try {
        Envelope parsed = Envelope.parse(Mutations.mutate(json, random));
        assertTrue(
            !parsed.isSignedBy(key.verifyKey())
                || (parsed.payloadType().equals(envelope.payloadType())
                    && Arrays.equals(parsed.payload(), PAYLOAD)));
      } catch (Failure e) {
        refused++;
      }
    }
    assertTrue(refused > 500);
  }

  @Test
  void statementsRoundTrip() {
    Statement statement =
        new Statement(
            List.of(
                new Statement.Subject("model", Digest.of("m")),
                new Statement.Subject("", Digest.of("n"))),
            "https://example.com/type/v1",
            Json.object().put("passed", true));
    byte[] json = Json.bytes(statement.toJson());
    assertEquals(statement, Statement.parse(json));
    assertEquals(
        "https://in-toto.io/Statement/v1", Json.parse(json, "s").path("_type").stringValue());
    assertEquals(
        Digest.of("m").hex(),
        Json.parse(json, "s").path("subject").get(0).path("digest").path("sha256").stringValue());
  }

  @Test
  void refusesMalformedStatements() {
    String good =
        Json.text(
            new Statement(List.of(new Statement.Subject("a", Digest.of("a"))), "t", Json.object())
                .toJson());
    assertEquals("t", Statement.parse(good.getBytes(StandardCharsets.UTF_8)).predicateType());
    for (String bad :
        List.of(
            good.replace("Statement/v1", "Statement/v2"),
            good.replace("\"predicate\":{}", "\"predicate\":[]"),
            good.replace("\"predicate\":{}", "\"predicate\":{},\"more\":1"),
            good.replace("\"predicateType\":\"t\"", "\"predicateType\":\"\""),
            good.replace("\"predicateType\":\"t\"", "\"predicateType\":1"),
            good.replace("sha256", "sha512"),
            good.replace(Digest.of("a").hex(), "abc"),
            good.replace("\"name\":\"a\"", "\"name\":1"),
            "{}",
            "[]")) {
      assertThrows(Failure.class, () -> Statement.parse(bad.getBytes(StandardCharsets.UTF_8)), bad);
    }
    assertThrows(Failure.class, () -> new Statement(List.of(), "t", Json.object()));
  }

  @Test
  void mutatedStatementsAreParsedOrRefused() {
    byte[] good =
        Json.bytes(
            new Statement(List.of(new Statement.Subject("a", Digest.of("a"))), "t", Json.object())
                .toJson());
    Random random = new Random(13);
    for (int i = 0; i < 2_000; i++) {
      try {
        Statement parsed = Statement.parse(Mutations.mutate(good, random));
        assertFalse(parsed.subjects().isEmpty());
      } catch (Failure e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
  }
}
