package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.trust.ApiKey;

/**
 * The conversation within which a value has one name, and attacks add up.
 *
 * <p>A caller may name it by the header {@code x-moat-conversation}. Otherwise it is known by how
 * it begins: chats send all that was said with every turn, so the first message of the user is the
 * same in all of them. Two chats of one caller that begin alike are one conversation here, which
 * tells nobody anything: a conversation is always one of a tenant, and a tenant is one principal in
 * one project. An answer that is kept keeps its conversation with it.
 *
 * @param tenant whose it is
 * @param conversation which of theirs: a digest
 */
record ConversationScope(String tenant, String conversation) {
  /** The header by which a caller names a conversation. */
  static final String HEADER = "x-moat-conversation";

  /** More of a first message is not looked at. */
  private static final int FIRST_CHARACTERS_MAX = 16_384;

  /** The conversation of a question, which may go on from a kept answer. */
  static ConversationScope of(Exchange exchange) {
    ApiKey key = exchange.key();
    return new ConversationScope(
        key.tenant(),
        exchange
            .conversation()
            .or(
                () ->
                    exchange.http().request().headers().first(HEADER).map(ConversationScope::named))
            .orElseGet(() -> begunBy(exchange.request())));
  }

  /** The conversation of a tenant that the caller named so. */
  static ConversationScope named(String tenant, String name) {
    return new ConversationScope(tenant, named(name));
  }

  /** The name of it that tells neither of the two. */
  String id() {
    return new Digest.Hasher().field(tenant).field(conversation).digest().hex();
  }

  private static String named(String name) {
    return new Digest.Hasher().field("named").field(name).digest().hex();
  }

  private static String begunBy(ParsedRequest request) {
    StringBuilder first = new StringBuilder();
    request.turns().stream()
        .filter(turn -> turn.role().equals("user"))
        .findFirst()
        .ifPresent(
            turn ->
                turn.contents().forEach(number -> add(first, request.texts().get(number).text())));
    return new Digest.Hasher().field("begun").field(first.toString()).digest().hex();
  }

  private static void add(StringBuilder all, String text) {
    int left = FIRST_CHARACTERS_MAX - all.length();
    all.append(text, 0, Math.clamp(left, 0, text.length())).append('\n');
  }
}
