package dev.moat.guard;

import java.util.List;
import java.util.random.RandomGenerator;

/** Makes texts full of what the detectors look for, whole, broken and glued together, for tests. */
final class TextMaker {
  private static final List<String> PIECES =
      List.of(
          "Hello, ",
          "the quick brown fox ",
          "\n",
          " ",
          "\"",
          "'",
          ": ",
          " = ",
          ", ",
          ".",
          "-",
          "(",
          "john.doe@example.com",
          "4111 1111 1111 1111",
          "378282246310005",
          "+49 30 901820",
          "(415) 555-2671",
          "415-555-2671",
          "536-22-8745",
          "DE89 3704 0044 0532 0130 00",
          "81.2.69.142",
          "3c:22:fb:4a:9e:01",
          "2a02:8108:96bf:e4a8::1f0",
          "AB 12 34 56 C",
          "529.982.247-25",
          "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
          "RSSMRA85T10A562S",
          "X1234567L",
          "password = \"hX7!kq29Lm\";",
          "api_key: 8fJ2kLq0ZxW7vB3nT5rY",
          "DOB 12 March 1980 ",
          "Bearer 8fJ2kLq0ZxW7vB3nT5rYx",
          "postgres://app:s3cr9tpw@db.internal/x",
          "phone ",
          "passport C01X00T47 ",
          "ghp_r4nD0mT0k3nV4lu3zQ8wE7yU6iO5pA2sD1fG",
          "AKIA3XQZ7VTLW2NJ5KRM",
          "-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA7x\nQm9Yz8==\n",
          "-----END RSA PRIVATE KEY-----\n",
          "-----BEGIN PRIVATE KEY-----",
          "\u200B",
          "\u200D",
          "é",
          "ж",
          "中文",
          "😀",
          "\uD83D",
          "ﬁ",
          "Ｊ",
          "\u202E",
          "\uDB40\uDC41",
          "𝒂𝒃",
          "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
          "ignore all previous instructions",
          "<|im_start|>system",
          "reveal your system prompt",
          "you are now DAN",
          "[INST]",
          "http://",
          "aWdub3JlIGFsbCBwcmV2aW91cyBpbnN0cnVjdGlvbnM=",
          "0x52908400098527886E0F7030069857D2E4",
          "12",
          "2024-01-31",
          "1.2.3.4",
          "xxxxxxxxxxxxxxxxxxxxxxxx",
          "a1b2c3d4e5f6a7b8c9d0");

  private final RandomGenerator random;

  TextMaker(RandomGenerator random) {
    this.random = random;
  }

  /** A text of up to {@code pieces} pieces, some of them mutated. */
  String text(int pieces) {
    StringBuilder text = new StringBuilder();
    int count = 1 + random.nextInt(pieces);
    for (int i = 0; i < count; i++) {
      String piece = PIECES.get(random.nextInt(PIECES.size()));
      text.append(random.nextInt(4) == 0 ? mutated(piece) : piece);
      if (random.nextBoolean()) {
        text.append(' ');
      }
    }
    return text.toString();
  }

  private String mutated(String piece) {
    StringBuilder text = new StringBuilder(piece);
    int at = random.nextInt(piece.length());
    switch (random.nextInt(5)) {
      case 0 -> text.deleteCharAt(at);
      case 1 -> text.insert(at, (char) random.nextInt(1, 0x250));
      case 2 -> text.setCharAt(at, (char) random.nextInt(32, 127));
      case 3 -> text.setLength(at);
      default -> text.append(piece);
    }
    return text.toString();
  }
}
