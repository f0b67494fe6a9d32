package dev.moat.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import dev.moat.store.FileKeyService;
import dev.moat.trust.Envelope;
import dev.moat.trust.SigningKey;
import dev.moat.trust.Statement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

final class BaseProvenanceTest {
  @TempDir Path folder;
  private SigningKey key;

  @BeforeEach
  void writeFiles() throws IOException {
    for (String name :
        List.of("config.json", "corpus.txt", "model.safetensors", "tokenizer.json", "a.jar")) {
      Files.writeString(folder.resolve(name), "content of " + name);
    }
    Path keys = folder.resolve("keys");
    key =
        SigningKey.openOrCreate(
            keys.resolve("signing.key"), FileKeyService.openOrCreate(keys.resolve("master.key")));
  }

  private Statement stated() throws IOException {
    BaseProvenance.write(
        folder,
        new BaseProvenance.Run(
            List.of(new BaseProvenance.Material("org.example:a:1.0", folder.resolve("a.jar"))),
            Json.object().put("seed", 1),
            Json.object().put("bitsPerByte", 1.25)),
        key);
    byte[] bundle = Files.readAllBytes(folder.resolve(BaseProvenance.FILE));
    Envelope envelope = Envelope.parse(bundle);
    assertTrue(envelope.isSignedBy(key.verifyKey()));
    return Statement.parse(envelope.payload());
  }

  @Test
  void statesEveryFileOfTheModelByItsDigest() throws IOException {
    Statement statement = stated();
    assertEquals(4, statement.subjects().size());
    for (Statement.Subject subject : statement.subjects()) {
      assertEquals(Digest.of("content of " + subject.name()), subject.digest());
    }
  }

  @Test
  void namesEachJarByItsPackageAndDigest() throws IOException {
    JsonNode jar = stated().predicate().at("/buildDefinition/resolvedDependencies/0");
    assertEquals("pkg:maven/org.example/a@1.0?classifier=sources", jar.path("uri").stringValue());
    assertEquals(Digest.of("content of a.jar").hex(), jar.at("/digest/sha256").stringValue());
  }

  @Test
  void saysWhatTheRunWasToldAndWhatItMeasured() throws IOException {
    JsonNode predicate = stated().predicate();
    assertEquals(1, predicate.at("/buildDefinition/externalParameters/seed").intValue());
    assertEquals(
        1.25, predicate.at("/runDetails/byproducts/0/annotations/bitsPerByte").doubleValue());
  }

  @Test
  void statesNothingAboutAModelThatIsNotWhole() throws IOException {
    Files.delete(folder.resolve("tokenizer.json"));
    assertThrows(NoSuchFileException.class, this::stated);
    assertFalse(Files.exists(folder.resolve(BaseProvenance.FILE)));
  }
}
