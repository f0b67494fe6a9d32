package dev.moat.data;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.store.Artifact;
import dev.moat.store.Artifacts;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * Documents as JSON lines in parts of bounded size, named {@code documents-00000.jsonl} and so on.
 */
final class Shards {
  /** A shard is closed when it has reached this size. */
  static final int SHARD_BYTES = 8 << 20;

  private static final int LINE_BYTES_MAX = 128 << 20;
  private static final int BUFFER_BYTES = 1 << 16;

  private Shards() {}

  /** Writes the shards of one name into a folder. */
  static final class Writer implements AutoCloseable {
    private final Path folder;
    private final String name;
    private int shard;
    private long shardBytes;
    private Optional<OutputStream> out = Optional.empty();
    private long documents;
    private long textBytes;

    Writer(Path folder, String name) {
      this.folder = folder;
      this.name = name;
    }

    void write(Document document) {
      byte[] line = Json.bytes(document.toJson());
      try {
        OutputStream to = out.isPresent() ? out.get() : open();
        to.write(line);
        to.write('\n');
        shardBytes += line.length + 1;
        documents++;
        textBytes += Utf8.length(document.text());
        if (shardBytes >= SHARD_BYTES) {
          close();
        }
      } catch (IOException e) {
        throw failed(e);
      }
    }

    long documents() {
      return documents;
    }

    /** The UTF-8 bytes of the texts alone. */
    long textBytes() {
      return textBytes;
    }

    @Override
    public void close() {
      try {
        if (out.isPresent()) {
          out.get().close();
        }
      } catch (IOException e) {
        throw failed(e);
      } finally {
        out = Optional.empty();
      }
    }

    private OutputStream open() throws IOException {
      Path file = folder.resolve(String.format(Locale.ROOT, "%s-%05d.jsonl", name, shard++));
      OutputStream opened = new BufferedOutputStream(Files.newOutputStream(file), BUFFER_BYTES);
      out = Optional.of(opened);
      shardBytes = 0;
      return opened;
    }

    private Failure failed(IOException e) {
      return Failure.broken(
          "shard of " + name + " in " + folder + ": it could not be written; free disk space", e);
    }
  }

  /** The documents in the parts of {@code artifact} named {@code name}, in order. */
  static Reader read(Artifacts artifacts, Artifact artifact, String name) {
    List<String> parts =
        artifact.parts().stream()
            .map(Artifact.Part::name)
            .filter(part -> part.startsWith(name + "-") && part.endsWith(".jsonl"))
            .sorted()
            .toList();
    return new Reader(artifacts, artifact, parts);
  }

  /** Streams documents; holds one shard open at a time and closes it at its end. */
  static final class Reader implements Iterator<Document>, AutoCloseable {
    private final Artifacts artifacts;
    private final Artifact artifact;
    private final Iterator<String> parts;
    private String part = "";
    private int line;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int limit;
    private Optional<InputStream> in = Optional.empty();
    private Optional<Document> next = Optional.empty();

    private Reader(Artifacts artifacts, Artifact artifact, List<String> parts) {
      this.artifacts = artifacts;
      this.artifact = artifact;
      this.parts = parts.iterator();
    }

    @Override
    public boolean hasNext() {
      try {
        while (next.isEmpty()) {
          if (in.isEmpty() && !openNext()) {
            return false;
          }
          next = readLine(in.orElseThrow());
          if (next.isEmpty()) {
            close();
          }
        }
        return true;
      } catch (IOException e) {
        throw Failure.broken(where() + ": it could not be read; check the disk", e);
      }
    }

    @Override
    public Document next() {
      if (!hasNext()) {
        throw new NoSuchElementException("no more documents");
      }
      Document document = next.orElseThrow();
      next = Optional.empty();
      return document;
    }

    @Override
    public void close() {
      try {
        if (in.isPresent()) {
          in.get().close();
        }
      } catch (IOException e) {
        throw Failure.broken(where() + ": it could not be closed; check the disk", e);
      } finally {
        in = Optional.empty();
      }
    }

    private boolean openNext() {
      if (!parts.hasNext()) {
        return false;
      }
      part = parts.next();
      line = 0;
      position = 0;
      limit = 0;
      in = Optional.of(artifacts.open(artifact, part));
      return true;
    }

    private Optional<Document> readLine(InputStream from) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(4096);
      boolean begun = false;
      while (true) {
        if (position == limit && !fill(from)) {
          line += begun ? 1 : 0;
          return begun ? Optional.of(parsed(bytes)) : Optional.empty();
        }
        begun = true;
        int end = position;
        while (end < limit && buffer[end] != '\n') {
          end++;
        }
        bytes.write(buffer, position, end - position);
        position = Math.min(end + 1, limit);
        if (bytes.size() > LINE_BYTES_MAX) {
          throw Failure.invalid(where() + ": longer than a document may be; collect it again");
        }
        if (end < limit) {
          line++;
          return Optional.of(parsed(bytes));
        }
      }
    }

    private boolean fill(InputStream from) throws IOException {
      position = 0;
      limit = Math.max(0, from.read(buffer));
      return limit > 0;
    }

    private Document parsed(ByteArrayOutputStream bytes) {
      return Document.parse(bytes.toByteArray(), where());
    }

    private String where() {
      return artifact.kind().text() + " " + artifact.digest().brief() + " " + part + ":" + line;
    }
  }
}
