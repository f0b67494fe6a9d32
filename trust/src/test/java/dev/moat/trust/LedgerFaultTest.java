package dev.moat.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lets every single disk operation of a ledger's life fail in turn. */
class LedgerFaultTest {
  private static final int PREFILLED = 251;

  @TempDir Path folder;

  /** A disk on which one operation fails half done, and all after it too if it is a crash. */
  private static final class FailingDisk extends QuickDisk {
    private final int failing;
    private final boolean crash;
    private int operations;

    FailingDisk(int failing, boolean crash) {
      this.failing = failing;
      this.crash = crash;
    }

    private synchronized boolean fails() {
      operations++;
      return operations == failing || (crash && operations > failing);
    }

    private void check() throws IOException {
      if (fails()) {
        throw new IOException("No space left on device");
      }
    }

    @Override
    void write(FileChannel channel, ByteBuffer bytes) throws IOException {
      if (fails()) {
        boolean dead = operations > failing;
        channel.write(bytes.slice(0, dead ? 0 : bytes.remaining() / 2));
        throw new IOException("No space left on device");
      }
      super.write(channel, bytes);
    }

    @Override
    void force(FileChannel channel) throws IOException {
      check();
      super.force(channel);
    }

    @Override
    void rename(Path from, Path to) throws IOException {
      check();
      super.rename(from, to);
    }

    @Override
    void forceFolder(Path path) throws IOException {
      check();
      super.forceFolder(path);
    }

    @Override
    void delete(Path file) throws IOException {
      check();
      super.delete(file);
    }
  }

  private static Ledger open(Place place, LedgerDisk disk) {
    return Ledger.open(place.ledgerFolder(), place.signingKey, place.clock(), disk);
  }

  /** Two sessions of a few appends across the end of a tile; collects what was acknowledged. */
  private static void live(Place place, LedgerDisk disk, Map<Long, Integer> acknowledged) {
    for (int session = 0; session < 2; session++) {
      try (Ledger ledger = open(place, disk)) {
        for (int i = 0; i < 4; i++) {
          int number = session * 100 + i;
          try {
            acknowledged.put(
                ledger.append("tick", "tester", Json.object().put("number", number)), number);
          } catch (Failure e) {
            assertInstanceOf(Problem.Broken.class, e.problem());
          }
        }
      } catch (Failure e) {
        assertInstanceOf(Problem.Broken.class, e.problem());
      }
    }
  }

  private Place prefilled(String name) throws IOException {
    Place place = new Place(folder.resolve(name));
    try (Ledger ledger = open(place, new QuickDisk())) {
      for (int i = 0; i < PREFILLED; i++) {
        ledger.submit("tick", "tester", Json.object().put("number", -1));
      }
    }
    return place;
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private static void checkHolds(Place place, Map<Long, Integer> acknowledged) {
    try (Ledger ledger = open(place, new QuickDisk())) {
      assertTrue(ledger.size() >= PREFILLED + acknowledged.size());
      acknowledged.forEach(
          (index, number) ->
              assertEquals(number, ledger.event(index).body().path("number").intValue()));
    }
    LedgerReport report =
        LedgerVerifier.verify(
            place.ledgerFolder(), place.signingKey.verifyKey().text(), Optional.empty());
    assertEquals(List.of(), report.faults());
  }

  private void failEachOperation(boolean crash) throws IOException {
    prefilled("template");
    int count = 0;
    for (int failing = 1; ; failing++) {
      Path root = folder.resolve("run" + failing);
      copy(folder.resolve("template"), root);
      Place place = new Place(root);
      FailingDisk disk = new FailingDisk(failing, crash);
      TreeMap<Long, Integer> acknowledged = new TreeMap<>();
      live(place, disk, acknowledged);
      checkHolds(place, acknowledged);
      if (disk.operations < failing) {
        assertEquals(8, acknowledged.size());
        break;
      }
      count++;
    }
    assertTrue(count > 40, "only " + count + " operations");
  }

  @Test
  void acknowledgedEventsSurviveACrashAtEveryDiskOperation() throws IOException {
    failEachOperation(true);
  }

  @Test
  void acknowledgedEventsSurviveEveryPassingDiskError() throws IOException {
    failEachOperation(false);
  }

  @Test
  void aFullDiskRefusesEventsAndASpaceFreedTakesThemAgain() throws IOException {
    Place place = new Place(folder);
    class FullDisk extends LedgerDisk {
      private boolean full;

      @Override
      void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        if (full) {
          channel.write(bytes.slice(0, bytes.remaining() / 3));
          throw new IOException("No space left on device");
        }
        super.write(channel, bytes);
      }
    }
    FullDisk disk = new FullDisk();
    try (Ledger ledger = open(place, disk)) {
      assertEquals(0, ledger.append("tick", "tester", Json.object().put("number", 1)));
      disk.full = true;
      for (int i = 0; i < 3; i++) {
        Failure failure =
            assertThrows(
                Failure.class,
                () -> ledger.append("tick", "tester", Json.object().put("number", 2)));
        assertTrue(failure.getMessage().contains("the disk is full; free space"));
        assertTrue(failure.getMessage().contains(place.ledgerFolder().toString()));
      }
      assertEquals(1, ledger.size());
      disk.full = false;
      assertEquals(1, ledger.append("tick", "tester", Json.object().put("number", 3)));
    }
    try (Ledger ledger = place.ledger()) {
      assertEquals(2, ledger.size());
      assertEquals(3, ledger.event(1).body().path("number").intValue());
    }
  }

  @Test
  void afterAFailedFsyncNothingMoreIsAccepted() throws IOException {
    Place place = new Place(folder);
    class Unforced extends LedgerDisk {
      private boolean failing;

      @Override
      void force(FileChannel channel) throws IOException {
        if (failing) {
          failing = false;
          throw new IOException("Input/output error");
        }
        super.force(channel);
      }
    }
    Unforced disk = new Unforced();
    try (Ledger ledger = open(place, disk)) {
      ledger.append("tick", "tester", Json.object().put("number", 1));
      disk.failing = true;
      for (int i = 0; i < 3; i++) {
        Failure failure =
            assertThrows(
                Failure.class,
                () -> ledger.append("tick", "tester", Json.object().put("number", 2)));
        assertTrue(failure.getMessage().contains("start again"), failure.getMessage());
      }
      assertEquals(1, ledger.size());
    }
    try (Ledger ledger = place.ledger()) {
      assertEquals(1, ledger.event(0).body().path("number").intValue());
    }
  }
}
