package dev.moat.serve;

import dev.moat.core.Digest;
import dev.moat.wire.Headers;
import dev.moat.wire.Response;

/**
 * What every part of one answer says of it.
 *
 * @param created seconds since 1970
 * @param receipt index of the ledger entry that opened the exchange
 */
record AnswerHead(
    Endpoint endpoint, String id, long created, String model, Digest release, long receipt) {
  static final String RECEIPT = "x-moat-receipt";

  String answerId() {
    return endpoint.answerPrefix() + id;
  }

  /** Names what answered: two answers with the same fingerprint came from the same release. */
  String fingerprint() {
    return "fp_" + release.brief();
  }

  Headers streamHeaders() {
    return Headers.of(
        "content-type",
        "text/event-stream; charset=utf-8",
        "cache-control",
        "no-cache",
        "x-accel-buffering",
        "no",
        RECEIPT,
        Long.toString(receipt));
  }

  Response received(Response response) {
    return response.with(RECEIPT, Long.toString(receipt));
  }
}
