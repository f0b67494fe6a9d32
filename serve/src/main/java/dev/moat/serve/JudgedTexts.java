package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.guard.Channel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * The texts that a guard was given, by digest: so that whoever has the texts can prove that they
 * are what was judged.
 *
 * <p>The digest is SHA-256 over two fields for each text, in the order in which the texts began:
 * the word of its channel ({@code user}, {@code data} or {@code output}), and the SHA-256 of the
 * text's UTF-8 bytes as 64 lower-case hex digits. A field is its length in bytes as four bytes,
 * highest first, and then its bytes. The texts are those of before any redaction. A surrogate that
 * has no other half counts as a question mark. A name that stands for a value of the caller is in
 * the texts of an answer as the model wrote it.
 *
 * <p>Of a question these are the strings of the request, in the order of its body, up to the one
 * that was blocked. Of an answer they are its text, its reasoning, its refusal and the arguments of
 * each call, each as one text however it was cut, and each name of a call as a text before the
 * call's arguments; up to the piece that was blocked.
 */
final class JudgedTexts {
  private record Text(Channel channel, Supplier<Digest> digest) {}

  private final List<Text> texts = new ArrayList<>();

  /** Adds a whole text. */
  void add(Channel channel, String text) {
    Digest digest = Digest.of(text);
    texts.add(new Text(channel, () -> digest));
  }

  /** Adds a text that comes in pieces, which are to be given to what this returns. */
  Pieces open(Channel channel) {
    Pieces pieces = new Pieces();
    texts.add(new Text(channel, pieces::digest));
    return pieces;
  }

  int count() {
    return texts.size();
  }

  /** The digest of all texts as far as they have come. */
  Digest digest() {
    Digest.Hasher all = new Digest.Hasher();
    texts.forEach(
        text ->
            all.field(text.channel().name().toLowerCase(Locale.ROOT))
                .field(text.digest().get().hex()));
    return all.digest();
  }

  /** One text that comes in pieces. */
  static final class Pieces {
    private final Digest.Hasher hasher = new Digest.Hasher();
    private String half = "";

    void add(String piece) {
      String text = half.isEmpty() ? piece : half + piece;
      boolean cut = !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1));
      half = cut ? text.substring(text.length() - 1) : "";
      update(hasher, cut ? text.substring(0, text.length() - 1) : text);
    }

    private Digest digest() {
      Digest.Hasher whole = hasher.copy();
      update(whole, half);
      return whole.digest();
    }

    private static void update(Digest.Hasher hasher, String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      hasher.update(bytes, 0, bytes.length);
    }
  }
}
