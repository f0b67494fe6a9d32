package dev.moat.serve;

import dev.moat.engine.TokenScore;
import dev.moat.engine.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Collects what the engine tells of the tokens of one text, in the terms of the API. */
final class EngineScores {
  private static final HexFormat HEX = HexFormat.of().withPrefix("\\x");

  private final Tokenizer tokenizer;
  private final List<Logprobs.Token> tokens = new ArrayList<>();
  private final int most;
  private int unsent;
  private int offset;

  /**
   * Collects at most so many tokens.
   *
   * @param unsent how many come before those of the caller, and are none of its business
   */
  EngineScores(Tokenizer tokenizer, int unsent, int most) {
    this.tokenizer = tokenizer;
    this.unsent = unsent;
    this.most = most;
  }

  void add(TokenScore score) {
    if (unsent > 0) {
      unsent--;
    } else if (tokens.size() < most) {
      byte[] bytes = bytes(score.token());
      tokens.add(
          new Logprobs.Token(text(bytes), offset, score.logprob(), likeliest(score, text(bytes))));
      offset += characters(bytes);
    }
  }

  Logprobs logprobs() {
    return new Logprobs(tokens);
  }

  /** The token itself is told even where it is not among the likeliest. */
  private List<Logprobs.Alternative> likeliest(TokenScore score, String text) {
    List<Logprobs.Alternative> told = new ArrayList<>();
    boolean among = false;
    for (TokenScore.Likely likely : score.likeliest()) {
      told.add(new Logprobs.Alternative(text(bytes(likely.token())), likely.logprob()));
      among |= likely.token() == score.token();
    }
    if (!told.isEmpty() && !among) {
      told.add(new Logprobs.Alternative(text, score.logprob().orElseThrow()));
    }
    return told;
  }

  /** A model may know more tokens than its tokenizer. */
  private byte[] bytes(int token) {
    return token < tokenizer.vocabularySize() ? tokenizer.bytes(token) : new byte[0];
  }

  /** The characters that begin in a token; the rest of one that began before does not count. */
  private static int characters(byte[] bytes) {
    int count = 0;
    for (byte b : bytes) {
      count += (b & 0xC0) == 0x80 ? 0 : 1;
    }
    return count;
  }

  private static String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      return Logprobs.BYTES + HEX.formatHex(bytes);
    }
  }
}
