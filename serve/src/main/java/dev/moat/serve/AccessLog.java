package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writes one line of JSON for each exchange: who asked what of whom and how it went, never a text
 * and never a key.
 *
 * <p>A thread of its own writes. Lines wait for it in a bounded queue; those that find no place,
 * and those that the disk does not take, are dropped and counted: an exchange never waits for them.
 * When the file is full it is moved to {@code access.jsonl.1}, that to {@code .2} and so on; the
 * oldest is deleted.
 */
final class AccessLog implements ExchangeWatch {
  private static final Logger LOG = System.getLogger(AccessLog.class.getName());
  private static final String NAME = "access.jsonl";
  private static final int WAITING_MAX = 8192;
  private static final int FILES_MAX = 5;
  private static final Duration REST = Duration.ofSeconds(1);
  private static final Duration LAST_LINES = Duration.ofSeconds(5);

  private final Path folder;
  private final long bytesMax;
  private final InstantSource clock;
  private final Counter dropped;
  private final ArrayBlockingQueue<ObjectNode> waiting;
  private final Thread writer;
  private volatile boolean closing;
  private @Nullable OutputStream out;
  private long bytes;

  /** Writes into that folder, which is made if it is not there. */
  AccessLog(Path folder, long bytesMax, MeterRegistry meters, InstantSource clock) {
    this(folder, bytesMax, meters, clock, WAITING_MAX);
  }

  AccessLog(Path folder, long bytesMax, MeterRegistry meters, InstantSource clock, int waitingMax) {
    this.folder = folder;
    this.bytesMax = bytesMax;
    this.clock = clock;
    this.dropped = meters.counter("moat.access.log.dropped");
    this.waiting = new ArrayBlockingQueue<>(waitingMax);
    try {
      Files.createDirectories(folder);
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    } catch (IOException e) {
      throw Failure.broken(folder + ": cannot be made (" + e.getMessage() + "); free it", e);
    }
    this.writer = Thread.ofPlatform().daemon().name("access-log").start(this::write);
  }

  @Override
  public void over(Exchange exchange, int status) {
    add(line(exchange, status));
  }

  void add(ObjectNode line) {
    if (closing || !waiting.offer(line)) {
      dropped.increment();
    }
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() {
    closing = true;
    boolean woken = waiting.offer(Json.object());
    try {
      if (!writer.join(LAST_LINES)) {
        LOG.log(Level.WARNING, "the access log lost its last lines; woken " + woken);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private ObjectNode line(Exchange exchange, int status) {
    ObjectNode line = Json.object().put("time", clock.instant().toString());
    line.put("id", exchange.id()).put("endpoint", exchange.endpoint().path());
    line.put("peer", exchange.http().request().peer()).put("status", status);
    exchange
        .keyIfKnown()
        .ifPresent(key -> line.put("principal", key.principal().id()).put("key", key.id()));
    exchange
        .servedIfKnown()
        .ifPresent(
            served ->
                line.put("model", served.name())
                    .put("release", served.release().hex())
                    .put("stream", exchange.request().fields().stream()));
    exchange
        .openedIfKnown()
        .ifPresent(
            opened -> {
              if (opened.isRecorded()) {
                line.put("receipt", opened.index());
              } else {
                line.put("recorded", false);
              }
              line.put("input", exchange.input().findings().word());
            });
    exchange.closing().ifPresent(closing -> closed(line, closing));
    long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - exchange.startNanos());
    return line.put("millis", millis);
  }

  private static void closed(ObjectNode line, ExchangeRecord.Closing closing) {
    if (closing.output().saysSomething()) {
      line.put("output", closing.output().findings().word());
    }
    line.put("finish", closing.finish());
    line.put("prompt_tokens", closing.usage().promptTokens());
    line.put("completion_tokens", closing.usage().completionTokens());
    closing.times().firstMillis().ifPresent(millis -> line.put("first_token_millis", millis));
  }

  private void write() {
    while (!closing || !waiting.isEmpty()) {
      try {
        ObjectNode next = waiting.take();
        if (!next.isEmpty()) {
          write(next);
        }
      } catch (InterruptedException _) {
        return; // nobody does that: close() wakes it by a line
      } catch (IOException e) {
        failed(e);
      }
    }
    shut();
  }

  private void write(ObjectNode line) throws IOException {
    byte[] json = Json.bytes(line);
    if (out != null && bytes + json.length + 1 > bytesMax) {
      turn();
    }
    OutputStream file = out == null ? open() : out;
    byte[] whole = Arrays.copyOf(json, json.length + 1);
    whole[json.length] = '\n';
    file.write(whole);
    bytes += whole.length;
  }

  private OutputStream open() throws IOException {
    Path file = folder.resolve(NAME);
    if (!Files.exists(file)) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    bytes = Files.size(file);
    OutputStream opened = Files.newOutputStream(file, StandardOpenOption.APPEND);
    out = opened;
    return opened;
  }

  private void turn() throws IOException {
    shut();
    for (int i = FILES_MAX - 1; i > 0; i--) {
      Path older = folder.resolve(i == 1 ? NAME : NAME + "." + (i - 1));
      if (Files.exists(older)) {
        Files.move(older, folder.resolve(NAME + "." + i), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private void shut() {
    OutputStream file = out;
    out = null;
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.log(Level.WARNING, "the access log cannot be closed: " + e.getMessage());
      }
    }
  }

  /** The line is lost; rests, so that a full disk does not keep a processor busy. */
  private void failed(IOException e) {
    dropped.increment();
    LOG.log(Level.WARNING, "the access log cannot be written: " + e.getMessage());
    shut();
    try {
      if (!closing) {
        Thread.sleep(REST);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
