package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.moat.core.Digest;
import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Made-up conversations of several turns: every value comes back, and only where it belongs. */
class PseudonymRoundTripTest {
  private static final int CONVERSATIONS = 10_000;
  private static final Guard GUARD =
      Guard.of(GuardPolicy.defaults().with(Channel.USER, Kind.PERSONAL, Action.PSEUDONYM));
  private static final String[] NAMES = {"ann", "bob.lee", "carla", "d.fox", "eve", "finn"};
  private static final String[] HOSTS = {"example.org", "mail.example.com", "corp.example.net"};

  private final Random random = new Random(4);
  private int restored;

  /** One conversation of one owner: its names, and what they stand for. */
  private record Chat(String owner, Map<String, String> values) implements Replacer {
    @Override
    public String replacement(String type, String value) {
      String name =
          Pseudonym.of(
              type, new Digest.Hasher().field(owner).field(type).field(value).digest().raw());
      String before = values.put(name, value);
      assertTrue(before == null || before.equals(value), "a name stands for two values");
      return name;
    }
  }

  private String value() {
    return switch (random.nextInt(3)) {
      case 0 ->
          NAMES[random.nextInt(NAMES.length)]
              + random.nextInt(100)
              + "@"
              + HOSTS[random.nextInt(HOSTS.length)];
      case 1 -> "+49 30 " + (200_000 + random.nextInt(700_000));
      default -> "00:1b:44:11:3a:" + (10 + random.nextInt(90));
    };
  }

  private String question(List<String> values) {
    StringBuilder text = new StringBuilder("Please tell");
    for (int i = 0; i <= random.nextInt(3); i++) {
      String value = values.isEmpty() || random.nextInt(3) > 0 ? value() : values.getFirst();
      values.add(value);
      text.append(' ').append(value).append(" and");
    }
    return text.append(" the rest.").toString();
  }

  /** A model writes names in its own ways. */
  private String retold(String name) {
    String bare = name.substring(1, name.length() - 1);
    return switch (random.nextInt(8)) {
      case 0 -> bare;
      case 1 -> "[" + bare + "]";
      case 2 -> name.toLowerCase(Locale.ROOT);
      case 3 -> "<" + bare.replace("_", "\\_") + ">";
      case 4 -> "&lt;" + bare + "&gt;";
      case 5 -> "<**" + bare + "**>";
      default -> name;
    };
  }

  private String cut(Restorer restorer, String text) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < text.length(); ) {
      int end = Math.min(text.length(), at + 1 + random.nextInt(12));
      out.append(restorer.accept(text.substring(at, end)));
      at = end;
    }
    out.append(restorer.finish());
    restored += restorer.restored();
    return out.toString();
  }

  private static String text(Verdict verdict) {
    return verdict instanceof Verdict.Redact redact ? redact.text() : "";
  }

  private void converse(Chat chat, Chat stranger) {
    List<String> values = new ArrayList<>();
    List<String> history = new ArrayList<>();
    for (int turn = 0; turn < 2; turn++) {
      history.add(question(values));
      StringBuilder names = new StringBuilder();
      StringBuilder expected = new StringBuilder();
      for (String text : history) { // all of it comes again with every turn
        String safe = text(GUARD.judge(Channel.USER, text, chat));
        values.forEach(value -> assertFalse(safe.contains(value), safe));
        for (String name : Pseudonym.within(safe)) {
          names.append("so ").append(retold(name)).append(", ");
          expected.append("so ").append(chat.values().get(name)).append(", ");
        }
      }
      String answer = cut(Restorer.ofText(chat.values()), names.toString());
      assertEquals(expected.toString(), answer);
      if (random.nextInt(4) == 0) {
        history.add(answer);
      }
      String name = chat.values().keySet().iterator().next();
      String call = cut(Restorer.ofJson(chat.values()), "{\"to\":\"" + name + "\",\"n\":1}");
      assertEquals(chat.values().get(name), Json.parse(call, "arguments").path("to").stringValue());
      assertEquals(names.toString(), cut(Restorer.ofText(stranger.values()), names.toString()));
    }
  }

  @Test
  void bringsEveryValueBackToItsOwnConversationOnly() {
    Chat stranger = new Chat("stranger", new HashMap<>());
    for (int i = 0; i < CONVERSATIONS; i++) {
      Chat chat = new Chat("owner " + i, new HashMap<>());
      converse(chat, stranger);
      stranger = chat;
    }
    assertTrue(restored > 5 * CONVERSATIONS, "values came back: " + restored);
  }
}
