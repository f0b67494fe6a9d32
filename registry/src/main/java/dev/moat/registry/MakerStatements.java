package dev.moat.registry;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.trust.Envelope;
import dev.moat.trust.Statement;
import dev.moat.trust.VerifyKey;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What the maker of a model states of its files: an in-toto bundle, one DSSE envelope a line, that
 * lies beside them. The key to trust comes from elsewhere, never from the folder.
 */
final class MakerStatements {
  /** The bundle's name in the model's folder. */
  static final String FILE = "provenance.intoto.jsonl";

  /** What people read and programs do not may change after signing. */
  private static final Set<String> PROSE = Set.of("README.md", "LICENSE", FILE);

  private static final long BUNDLE_BYTES_MAX = 64L << 20;

  private final Path bundle;
  private final VerifyKey maker;

  MakerStatements(Path folder, VerifyKey maker) {
    this.bundle = folder.resolve(FILE);
    this.maker = maker;
  }

  /** Fails unless the maker has signed a statement about each file that a model is read from. */
  void require(ModelFolder folder) {
    Map<String, Digest> signed = signed();
    for (ModelFolder.Entry entry : folder.kept()) {
      if (!PROSE.contains(entry.path()) && !entry.digest().equals(signed.get(entry.path()))) {
        throw refused(
            entry.path()
                + (signed.containsKey(entry.path())
                    ? " is not the file that " + maker.name() + " signed"
                    : " is in no statement of " + maker.name()));
      }
    }
  }

  private Map<String, Digest> signed() {
    Map<String, Digest> signed = new HashMap<>();
    read()
        .lines()
        .filter(line -> !line.isBlank())
        .map(line -> Envelope.parse(line.getBytes(StandardCharsets.UTF_8)))
        .filter(envelope -> envelope.isSignedBy(maker))
        .filter(envelope -> envelope.payloadType().equals(Statement.PAYLOAD_TYPE))
        .flatMap(envelope -> Statement.parse(envelope.payload()).subjects().stream())
        .forEach(subject -> signed.put(subject.name(), subject.digest()));
    return signed;
  }

  private String read() {
    try {
      if (!Files.isRegularFile(bundle)) {
        throw refused("there is no " + FILE);
      }
      if (Files.size(bundle) > BUNDLE_BYTES_MAX) {
        throw refused(FILE + " is larger than " + BUNDLE_BYTES_MAX + " bytes");
      }
      return Files.readString(bundle);
    } catch (IOException e) {
      throw Failure.broken(
          bundle + ": cannot be read (" + e.getMessage() + "); check its rights", e);
    }
  }

  private Failure refused(String why) {
    return new Failure(
        new Problem.Denied(
            "model folder "
                + bundle.getParent()
                + ": refused, "
                + why
                + "; take the model again from its maker, or correct signed-by",
            "model-signature"));
  }
}
