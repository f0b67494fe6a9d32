import java.nio.charset.StandardCharsets;
import java.util.Random;

/**
 * The words that callers and the mock backend speak: the same in every process and every run, of no
 * interest to any guard, and not so repetitive that a cache or a compressor would profit.
 */
final class Texts {
  /** Characters of an answer that is not streamed. */
  static final int ANSWER_CHARACTERS = 512;

  private static final String[] WORDS =
      ("river stone morning window garden bridge letter copper forest market island winter "
              + "harbour lantern meadow orchard pencil quarry ribbon saddle timber valley "
              + "weather yellow anchor basket candle dinner engine fabric gentle hollow iron "
              + "journey kitchen ladder mirror narrow ocean paper quiet round silver table "
              + "under violet walnut young bread cloud distance evening field grain house")
          .split(" ");

  private static final String ANSWER = prose(ANSWER_CHARACTERS, 1);

  private Texts() {}

  /** So many characters of words; the seed tells one text from another. */
  static String prose(int characters, long seed) {
    Random random = new Random(seed);
    StringBuilder text = new StringBuilder(characters + 16);
    while (text.length() < characters) {
      text.append(WORDS[random.nextInt(WORDS.length)]);
      text.append(random.nextInt(12) == 0 ? ". " : " ");
    }
    text.setLength(characters - 1);
    return text.append('.').toString();
  }

  /** What an answer says that comes whole. */
  static String answer() {
    return ANSWER;
  }

  /** What the chunk of that number says. */
  static String chunk(int number) {
    return WORDS[number * 7 % WORDS.length] + " " + WORDS[(number * 11 + 3) % WORDS.length] + " ";
  }

  /** What a stream of so many chunks says altogether. */
  static String streamed(int chunks) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < chunks; i++) {
      all.append(chunk(i));
    }
    return all.toString();
  }

  /** The body of a chat request with a prompt of that length. */
  static byte[] question(String model, int promptCharacters, boolean streamed) {
    String body =
        "{\"model\":\""
            + model
            + "\",\"messages\":[{\"role\":\"user\",\"content\":\""
            + prose(promptCharacters, 2)
            + "\"}]"
            + (streamed ? ",\"stream\":true}" : "}");
    return body.getBytes(StandardCharsets.UTF_8);
  }
}
