package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.wire.Headers;
import dev.moat.wire.Response;
import java.util.OptionalLong;

/**
 * What every part of one answer says of it.
 *
 * @param id of the answer without the prefix of its endpoint, as {@link AnswerIds} makes it
 * @param created seconds since 1970
 * @param receipt index of the ledger entry that opened the exchange, if it is recorded
 * @param cache whether the answer was given before, or empty where there is no cache
 */
record AnswerHead(
    Endpoint endpoint,
    String id,
    long created,
    String model,
    Digest release,
    OptionalLong receipt,
    String cache) {
  static final String RECEIPT = "x-moat-receipt";

  String answerId() {
    return endpoint.answerPrefix() + id;
  }

  /** Names what answered: two answers with the same fingerprint came from the same release. */
  String fingerprint() {
    return "fp_" + release.brief();
  }

  Headers streamHeaders() {
    Headers headers =
        Headers.of(
            "content-type",
            "text/event-stream; charset=utf-8",
            "cache-control",
            "no-cache",
            "x-accel-buffering",
            "no");
    if (receipt.isPresent()) {
      headers = headers.with(RECEIPT, Long.toString(receipt.getAsLong()));
    }
    return cache.isEmpty() ? headers : headers.with(AnswerCache.HEADER, cache);
  }

  Response received(Response response) {
    Response received =
        receipt.isPresent() ? response.with(RECEIPT, Long.toString(receipt.getAsLong())) : response;
    return cache.isEmpty() ? received : received.with(AnswerCache.HEADER, cache);
  }
}
