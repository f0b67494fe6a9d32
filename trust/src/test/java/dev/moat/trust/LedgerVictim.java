package dev.moat.trust;

import dev.moat.core.Json;
import dev.moat.store.FileKeyService;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * The process that {@link LedgerKillTest} kills: it appends without end, closes and opens the
 * ledger now and then, and tells its parent every index and checkpoint it was told.
 */
final class LedgerVictim {
  private LedgerVictim() {}

  public static void main(String[] args) throws IOException {
    Path root = Path.of(args[0]);
    Random random = new Random(Long.parseLong(args[1]));
    var keys = FileKeyService.openOrCreate(root.resolve("master.key"));
    SigningKey key = SigningKey.openOrCreate(root.resolve("signing.key"), keys);
    try (PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8)) {
      for (int id = 0; ; id += 1000) {
        try (Ledger ledger = Ledger.open(root.resolve("ledger"), key, InstantSource.system())) {
          appendSome(ledger, id, random, out);
        }
      }
    }
  }

  private static void appendSome(Ledger ledger, int id, Random random, PrintStream out) {
    int rounds = 1 + random.nextInt(30);
    int next = id;
    for (int i = 0; i < rounds; i++) {
      int together = 1 + random.nextInt(12);
      CompletableFuture<?>[] told = new CompletableFuture<?>[together];
      for (int k = 0; k < together; k++) {
        int number = next++;
        told[k] =
            ledger
                .submit("tick", "victim", Json.object().put("number", number))
                .thenAccept(index -> out.println(index + " " + number))
                .toCompletableFuture();
      }
      CompletableFuture.allOf(told).join();
    }
    byte[] note = ledger.checkpoint().note().getBytes(StandardCharsets.UTF_8);
    out.println("checkpoint " + Base64.getEncoder().encodeToString(note));
  }
}
