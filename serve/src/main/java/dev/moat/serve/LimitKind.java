package dev.moat.serve;

/** What a limit bounds. */
enum LimitKind {
  /** Questions in a minute. */
  REQUESTS("requests-per-minute"),
  /** Tokens read and written in a minute. */
  TOKENS("tokens-per-minute"),
  /** Questions being answered at the same time. */
  CONCURRENT("concurrent"),
  /** Bytes of one request's body. */
  BODY("body-bytes"),
  /** Tokens of one prompt, estimated. */
  PROMPT("prompt-tokens"),
  /** Money in a day of the UTC calendar, in nano-dollars. */
  DAY("usd-per-day"),
  /** Money in a month of the UTC calendar, in nano-dollars. */
  MONTH("usd-per-month");

  private final String key;

  LimitKind(String key) {
    this.key = key;
  }

  /** The key of the setting, which is its name everywhere. */
  String key() {
    return key;
  }

  boolean isMoney() {
    return this == DAY || this == MONTH;
  }

  /** A value of this kind as people write it. */
  String text(long value) {
    return isMoney() ? Money.text(value) : Long.toString(value);
  }
}
