package dev.moat.guard;

import java.util.Map;

/** Reads characters that are escaped one by one: for URLs, HTML, and the literals of languages. */
final class Escapes {
  private static final int ENTITY_MAX = 10;
  private static final int DELETE = 0x7F;

  private static final Map<String, String> NAMED =
      Map.ofEntries(
          Map.entry("amp", "&"),
          Map.entry("lt", "<"),
          Map.entry("gt", ">"),
          Map.entry("quot", "\""),
          Map.entry("apos", "'"),
          Map.entry("nbsp", " "),
          Map.entry("Tab", "\t"),
          Map.entry("NewLine", "\n"),
          Map.entry("excl", "!"),
          Map.entry("num", "#"),
          Map.entry("dollar", "$"),
          Map.entry("percnt", "%"),
          Map.entry("lpar", "("),
          Map.entry("rpar", ")"),
          Map.entry("ast", "*"),
          Map.entry("plus", "+"),
          Map.entry("comma", ","),
          Map.entry("period", "."),
          Map.entry("sol", "/"),
          Map.entry("colon", ":"),
          Map.entry("semi", ";"),
          Map.entry("equals", "="),
          Map.entry("quest", "?"),
          Map.entry("commat", "@"),
          Map.entry("lowbar", "_"),
          Map.entry("hyphen", "-"),
          Map.entry("ndash", "-"),
          Map.entry("mdash", "-"),
          Map.entry("shy", ""),
          Map.entry("zwj", ""),
          Map.entry("zwnj", ""));

  private Escapes() {}

  /** Percent signs of URLs, and the equals signs of quoted-printable mail. */
  static void percent(Rewrite out) {
    String text = out.text();
    int at = 0;
    while (at < text.length()) {
      char sign = text.charAt(at);
      int end = at;
      while (isEscaped(text, end, sign)) {
        end += 3;
      }
      if (end > at && (sign == '%' || end - at > 3)) {
        Bytes bytes = new Bytes((end - at) / 3);
        for (int i = at; i < end; i += 3) {
          bytes.add(HexDigits.value(text, i + 1, 2));
        }
        out.replace(at, end, bytes.anyText());
      }
      at = Math.max(end, at + 1);
    }
  }

  private static boolean isEscaped(String text, int at, char sign) {
    return (sign == '%' || sign == '=')
        && at < text.length()
        && text.charAt(at) == sign
        && HexDigits.value(text, at + 1, 2) >= 0;
  }

  /** The numeric entities of HTML and the usual named ones. */
  static void entities(Rewrite out) {
    String text = out.text();
    for (int at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
      if (text.startsWith("#", at + 1)) {
        boolean hex = text.startsWith("x", at + 2) || text.startsWith("X", at + 2);
        int from = at + (hex ? 3 : 2);
        int end = HexDigits.end(text, from, 7, hex ? 16 : 10);
        int value = HexDigits.value(text, from, end - from, hex ? 16 : 10);
        character(out, at, text.startsWith(";", end) ? end + 1 : end, value);
      } else {
        int end = at + 1;
        while (end < text.length() && end - at < ENTITY_MAX && text.charAt(end) != ';') {
          end++;
        }
        String said = NAMED.get(text.substring(at + 1, end));
        if (said != null && text.startsWith(";", end)) {
          out.replace(at, end + 1, said);
        }
      }
    }
  }

  /** Backslashes of JSON, Java, JavaScript, Python, C and CSS, and Unicode's own notation. */
  static void backslashes(Rewrite out) {
    String text = out.text();
    for (int at = 0; at + 1 < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '\\') {
        backslash(out, at, text.charAt(at + 1));
      } else if (c == 'U' && text.charAt(at + 1) == '+') {
        int end = HexDigits.end(text, at + 2, 6, 16);
        int value = end - at < 6 ? -1 : HexDigits.value(text, at + 2, end - at - 2);
        character(out, at, afterSpace(text, end), value);
      }
    }
  }

  private static void backslash(Rewrite out, int at, char kind) {
    String text = out.text();
    int digits = kind == 'u' ? 4 : kind == 'x' ? 2 : kind == 'U' ? 8 : 0;
    if (digits > 0 && text.startsWith("{", at + 2)) {
      int end = HexDigits.end(text, at + 3, 6, 16);
      if (text.startsWith("}", end)) {
        character(out, at, end + 1, HexDigits.value(text, at + 3, end - at - 3));
      }
    } else if (digits > 0) {
      character(out, at, at + 2 + digits, HexDigits.value(text, at + 2, digits));
    } else if (Alphabet.DIGITS.has(kind)) {
      int end = HexDigits.end(text, at + 1, 6, 16);
      int octal = end - at == 4 ? HexDigits.value(text, at + 1, 3, 8) : -1;
      int value = end - at < 3 ? -1 : HexDigits.value(text, at + 1, end - at - 1);
      character(out, at, octal < 0 ? afterSpace(text, end) : end, octal < 0 ? value : octal);
    }
  }

  private static int afterSpace(String text, int end) {
    return text.startsWith(" ", end) ? end + 1 : end;
  }

  private static void character(Rewrite out, int start, int end, int value) {
    boolean shown = value >= ' ' && value <= Character.MAX_CODE_POINT && value != DELETE;
    if (shown) {
      out.replace(start, end, Character.toString(value));
    } else if (value == '\n' || value == '\t' || value == '\r') {
      out.replace(start, end, " ");
    }
  }
}
