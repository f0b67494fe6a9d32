package dev.moat.serve;

import dev.moat.core.Digest;
import java.util.Optional;

/**
 * What tells one conversation from others: the header that the caller may send, else its first
 * message. It is of one caller, so that nobody can spoil another's.
 */
final class ConversationName {
  /** By which a caller says what belongs together. */
  static final String HEADER = "x-moat-conversation";

  private ConversationName() {}

  static String of(Exchange exchange) {
    Digest.Hasher hasher =
        new Digest.Hasher().field(exchange.key().tenant()).field(exchange.key().principal().id());
    Optional<String> named = exchange.http().request().headers().first(HEADER);
    if (named.isPresent()) {
      return hasher.field("named").field(named.get()).digest().hex();
    }
    hasher.field("begun");
    ParsedRequest request = exchange.request();
    for (ParsedRequest.Turn turn : request.turns()) {
      if (!turn.role().equals("system") && !turn.role().equals("developer")) {
        turn.contents().forEach(number -> hasher.field(request.texts().get(number).text()));
        break;
      }
    }
    return hasher.digest().hex();
  }
}
