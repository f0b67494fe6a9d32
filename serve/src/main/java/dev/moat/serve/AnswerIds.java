package dev.moat.serve;

import dev.moat.trust.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The ids of answers: each carries the time and the receipt of its answer, and a keyed digest of
 * both and of the principal that got it. So an id can be told from a made-up or a foreign one later
 * without a table of ids.
 */
final class AnswerIds {
  /** How long after an answer its id is good for anything. */
  static final Duration AGE_MAX = Duration.ofDays(7);

  private static final int TIME_DIGITS = 10;
  private static final int RECEIPT_DIGITS = 12;
  private static final int PROOF_DIGITS = 24;
  private static final Pattern FORM =
      Pattern.compile(
          "(?:[a-z]{1,16}[-_])?([0-9a-f]{%d})([0-9a-f]{%d})([0-9a-f]{%d})"
              .formatted(TIME_DIGITS, RECEIPT_DIGITS, PROOF_DIGITS));

  private final KeyedDigest keyed;

  AnswerIds(KeyedDigest keyed) {
    this.keyed = keyed;
  }

  /** The id of the answer that began then, without the prefix of its endpoint. */
  String make(Instant begun, long receipt, Principal principal) {
    HexFormat hex = HexFormat.of();
    String time = hex.toHexDigits(begun.getEpochSecond(), TIME_DIGITS);
    String index = hex.toHexDigits(receipt, RECEIPT_DIGITS);
    return time + index + proof(time, index, principal);
  }

  /** An id for an answer without a receipt: as long as others, and never taken for one of them. */
  String unrecorded(String exchange) {
    int digits = TIME_DIGITS + RECEIPT_DIGITS + PROOF_DIGITS;
    return keyed.of("unrecorded", exchange).hex().substring(0, digits);
  }

  /** The receipt behind an id, if that principal got the answer, and not too long ago. */
  Optional<Long> receipt(String id, Principal principal, Instant now) {
    var matcher = FORM.matcher(id);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String time = matcher.group(1);
    String index = matcher.group(2);
    byte[] wanted = proof(time, index, principal).getBytes(StandardCharsets.US_ASCII);
    byte[] given = matcher.group(3).getBytes(StandardCharsets.US_ASCII);
    Instant begun = Instant.ofEpochSecond(HexFormat.fromHexDigitsToLong(time));
    return MessageDigest.isEqual(wanted, given) && !now.isAfter(begun.plus(AGE_MAX))
        ? Optional.of(HexFormat.fromHexDigitsToLong(index))
        : Optional.empty();
  }

  private String proof(String time, String index, Principal principal) {
    return keyed.of(time, index, principal.id()).hex().substring(0, PROOF_DIGITS);
  }
}
