package dev.moat.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.serve.PseudonymVault;
import dev.moat.trust.LedgerEvent;
import dev.moat.trust.Principal;
import dev.moat.trust.Project;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What pseudonyms stand for, in a home that no server holds. */
final class PseudonymsCommandTest {
  private static final Project SHOP = Project.parse("acme/shop");
  private static final String ROBOT = SHOP + "/" + Principal.client(SHOP, "robot").id();
  private static final String CASE = PseudonymVault.conversation(ROBOT, "case 7");

  @TempDir Path home;

  @BeforeEach
  void keepValues() {
    try (Installation on = Installation.open(home, Installation.settings(home, Map.of()))) {
      LocalAdministration admin = new LocalAdministration(on, "owner");
      for (String name : List.of("robot", "nurse")) {
        admin.createKey(
            KeyOrder.parse(
                Json.object()
                    .put("name", "key of " + name)
                    .put("principal", name)
                    .put("project", "acme/shop")));
      }
      row(on, CASE, ROBOT);
      row(on, "another", ROBOT);
      row(on, "hers", SHOP + "/" + Principal.client(SHOP, "nurse").id());
      row(on, "elsewhere", "acme/other/x");
    }
  }

  private static void row(Installation on, String conversation, String tenant) {
    on.database.transaction(
        transaction ->
            transaction.execute(
                "insert into serve_pseudonym_key (conversation, tenant, wrapped, expires)"
                    + " values (?, ?, ?, ?)",
                conversation,
                tenant,
                new byte[] {1},
                Long.MAX_VALUE));
  }

  private List<String> left() {
    try (Installation on = Installation.open(home, Installation.settings(home, Map.of()))) {
      return on.database.query(
          "select conversation from serve_pseudonym_key order by conversation",
          row -> row.text("conversation"));
    }
  }

  private LedgerEvent last() {
    try (Installation on = Installation.open(home, Installation.settings(home, Map.of()))) {
      return on.ledger.event(on.ledger.size() - 1);
    }
  }

  private Captured erase(String... arguments) {
    List<String> all = new ArrayList<>(List.of("pseudonyms", "erase"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--home", home.toString()));
    return Captured.run(all.toArray(String[]::new));
  }

  @Test
  void erasesOneConversationAndRecordsNoName() {
    Captured done =
        erase("--project", "acme/shop", "--principal", "robot", "--conversation", "case 7");
    assertEquals(0, done.status(), done.err());
    assertEquals("erased the values of 1 conversations\n", done.out());
    assertEquals(3, left().size());
    assertFalse(left().contains(CASE));
    JsonNode body = last().body();
    assertEquals("pseudonyms-erased", last().type());
    assertEquals("owner", last().actor());
    assertEquals(
        Json.object().put("conversation", CASE).put("project", "acme/shop").put("tenant", ROBOT),
        body);
  }

  @Test
  void erasesAClientByNameOrId() {
    String id = Principal.client(SHOP, "robot").id();
    Captured done = erase("--project", "acme/shop", "--principal", id, "--json");
    assertEquals(2, Json.parse(done.out(), "out").path("conversations").intValue());
    assertEquals(List.of("elsewhere", "hers"), left());
    erase("--project", "acme/shop", "--principal", "nurse");
    assertEquals(List.of("elsewhere"), left());
  }

  @Test
  void erasesAProject() {
    assertEquals(0, erase("--project", "acme/shop").status());
    assertEquals(List.of("elsewhere"), left());
    assertEquals(Json.object().put("project", "acme/shop"), last().body());
  }

  @Test
  void refusesAClientThatIsNoneAndRecordsNothing() {
    Captured refused = erase("--project", "acme/other", "--principal", "robot");
    assertEquals(2, refused.status());
    assertTrue(refused.err().contains("has no key there"), refused.err());
    assertEquals(4, left().size());
    assertEquals("key-issued", last().type());
  }

  @Test
  void refusesANameOfSeveralClients() {
    for (int i = 0; i < 2; i++) {
      Captured.run("key", "create", "ci", "--project", "acme/shop", "--home", home.toString());
    }
    Captured refused = erase("--project", "acme/shop", "--principal", "ci");
    assertEquals(2, refused.status());
    assertTrue(refused.err().contains("is the name of several"), refused.err());
    assertEquals(4, left().size());
  }

  @Test
  void refusesAConversationOfNobody() {
    Captured refused = erase("--project", "acme/shop", "--conversation", "case 7");
    assertEquals(2, refused.status());
    assertTrue(refused.err().contains("name it"), refused.err());
    assertEquals(4, left().size());
  }

  @Test
  void anOrderComesBackFromItsJson() {
    for (Erasure erasure :
        List.of(
            new Erasure(SHOP, Optional.empty(), Optional.empty()),
            new Erasure(SHOP, Optional.of("robot"), Optional.empty()),
            new Erasure(SHOP, Optional.of("robot"), Optional.of("case 7")))) {
      assertEquals(erasure, Erasure.parse(erasure.toJson()));
    }
  }

  @Test
  void refusesAnOrderThatCouldMeanLess() {
    for (String order :
        List.of(
            "[]",
            "{}",
            "{\"project\":\"\"}",
            "{\"project\":\"acme\"}",
            "{\"project\":\"acme/shop\",\"principle\":\"robot\"}",
            "{\"project\":\"acme/shop\",\"principal\":\"\"}",
            "{\"project\":\"acme/shop\",\"principal\":null}",
            "{\"project\":\"acme/shop\",\"conversation\":\"case 7\"}")) {
      assertThrows(Failure.class, () -> Erasure.parse(Json.parse(order, "order")), order);
    }
  }
}
