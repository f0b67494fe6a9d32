package dev.moat.serve;

/**
 * Watches exchanges from outside, on their event loops: what it does is quick, never blocks and
 * never fails, and it keeps no text.
 */
interface ExchangeWatch extends AutoCloseable {
  /** An exchange begins; of the request, only the head is known. */
  default void began(Exchange exchange) {}

  /** Its model is asked now. */
  default void asking(Exchange exchange) {}

  /** All of it is over; {@code status} is what the caller got. */
  void over(Exchange exchange, int status);

  @Override
  default void close() {}
}
