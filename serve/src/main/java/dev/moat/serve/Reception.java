package dev.moat.serve;

/** The stage that reads and parses the body. */
final class Reception implements Stage {
  private final WorkPool pool;

  Reception(WorkPool pool) {
    this.pool = pool;
  }

  @Override
  public void enter(Exchange exchange) {
    exchange.http().body(body -> parse(exchange, body));
  }

  private void parse(Exchange exchange, byte[] body) {
    Endpoint endpoint = exchange.endpoint();
    pool.compute(
        body.length,
        exchange.http(),
        () -> Dialects.parse(endpoint, body),
        parsed -> {
          exchange.request(parsed);
          exchange.proceed();
        });
  }
}
