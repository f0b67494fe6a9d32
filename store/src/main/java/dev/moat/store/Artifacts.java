package dev.moat.store;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The artifacts in a blob store: each part is a blob, and so is the manifest, put last. */
public final class Artifacts {
  private static final long MANIFEST_BYTES_MAX = 128L << 20;
  private static final int VERIFY_BYTES = 1 << 16;

  private final BlobStore blobs;

  /** The artifacts whose parts are in {@code blobs}. */
  public Artifacts(BlobStore blobs) {
    this.blobs = blobs;
  }

  /** Stores an artifact of parts in memory. */
  public Artifact put(ArtifactKind kind, Map<String, byte[]> parts) {
    List<Artifact.Part> stored = new ArrayList<>();
    parts.forEach(
        (name, bytes) -> {
          Digest digest = blobs.put(new ByteArrayInputStream(bytes));
          stored.add(new Artifact.Part(name, digest, bytes.length));
        });
    return seal(kind, stored);
  }

  /** Stores all regular files below {@code folder}; links and special files are refused. */
  public Artifact putFolder(ArtifactKind kind, Path folder) {
    List<Artifact.Part> stored = new ArrayList<>();
    for (Path file : files(folder)) {
      String name = name(folder, file);
      Artifact.Part.requireName(name);
      try (InputStream in = Files.newInputStream(file)) {
        Counted counted = new Counted(in);
        Digest digest = blobs.put(counted);
        stored.add(new Artifact.Part(name, digest, counted.count()));
      } catch (IOException e) {
        throw DiskFailure.of("file", file, e);
      }
    }
    return seal(kind, stored);
  }

  /** The artifact of that name; fails with Missing or Tampered. */
  public Artifact find(Digest digest) {
    if (!blobs.has(digest)) {
      throw new Failure(
          new Problem.Missing(
              "artifact " + digest + ": not in this store; run the step that makes it again",
              digest.hex()));
    }
    return Artifact.parse(blobs.read(digest, MANIFEST_BYTES_MAX), digest);
  }

  /** Whether all parts are in this store; their bytes are not read. */
  public boolean isWhole(Artifact artifact) {
    return artifact.parts().stream().allMatch(part -> blobs.has(part.digest()));
  }

  /** The verified bytes of a part. */
  public byte[] read(Artifact artifact, String part) {
    Artifact.Part entry = artifact.part(part);
    byte[] bytes = blobs.read(entry.digest(), entry.bytes());
    if (bytes.length != entry.bytes()) {
      throw wrongSize(artifact, entry);
    }
    return bytes;
  }

  /** A stream of a part that fails with Tampered where the bytes are wrong. */
  public InputStream open(Artifact artifact, String part) {
    return blobs.open(artifact.part(part).digest());
  }

  /** Rereads every byte of the manifest and all parts; fails naming the part that is wrong. */
  public void verify(Artifact artifact) {
    find(artifact.digest());
    for (Artifact.Part part : artifact.parts()) {
      verify(artifact, part);
    }
  }

  private void verify(Artifact artifact, Artifact.Part part) {
    byte[] buffer = new byte[VERIFY_BYTES];
    long total = 0;
    try (InputStream in = blobs.open(part.digest())) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        total += n;
      }
    } catch (IOException e) {
      throw Failure.broken(label(artifact, part) + ": it could not be read; check the disk", e);
    } catch (Failure e) {
      throw named(artifact, part, e);
    }
    if (total != part.bytes()) {
      throw wrongSize(artifact, part);
    }
  }

  private Artifact seal(ArtifactKind kind, List<Artifact.Part> parts) {
    Artifact artifact = Artifact.of(kind, parts);
    blobs.put(new ByteArrayInputStream(artifact.manifest()));
    return artifact;
  }

  private static String name(Path folder, Path file) {
    String separator = folder.getFileSystem().getSeparator();
    return folder.relativize(file).toString().replace(separator, "/");
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw Failure.invalid("folder " + folder + ": not a folder; give the path of one");
    }
    try (Stream<Path> walk = Files.walk(folder)) {
      List<Path> files =
          walk.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS))
              .limit(Artifact.PARTS_MAX + 1L)
              .sorted()
              .toList();
      for (Path file : files) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          throw Failure.invalid("file " + file + ": a link or special file; replace it by a copy");
        }
      }
      return files;
    } catch (IOException e) {
      throw DiskFailure.of("folder", folder, e);
    } catch (UncheckedIOException e) {
      throw DiskFailure.of("folder", folder, new IOException(e.getMessage(), e));
    }
  }

  private static Failure named(Artifact artifact, Artifact.Part part, Failure cause) {
    String message = label(artifact, part) + ": " + cause.problem().message();
    return switch (cause.problem()) {
      case Problem.Tampered tampered ->
          new Failure(new Problem.Tampered(message, part.name() + " " + tampered.link()));
      case Problem.Missing missing -> new Failure(new Problem.Missing(message, missing.name()));
      default -> cause;
    };
  }

  private static Failure wrongSize(Artifact artifact, Artifact.Part part) {
    return new Failure(
        new Problem.Tampered(
            label(artifact, part) + ": its size is not the manifest's; restore it from a backup",
            part.name()));
  }

  private static String label(Artifact artifact, Artifact.Part part) {
    return artifact.kind().text() + " " + artifact.digest() + " part " + part.name();
  }
}
