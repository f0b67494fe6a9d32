package dev.moat.serve;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import java.util.function.Function;

/** The stage that turns ids of tokens into the texts they stand for, so that these are judged. */
final class TokenPrompts implements Stage {
  private final WorkPool pool;

  TokenPrompts(WorkPool pool) {
    this.pool = pool;
  }

  @Override
  public void enter(Exchange exchange) {
    ParsedRequest request = exchange.request();
    if (request.legible()) {
      exchange.proceed();
      return;
    }
    ModelBackend backend = exchange.served().backend();
    String field = request.endpoint().promptField();
    pool.compute(
        request.body().length,
        exchange.http(),
        () -> request.legible(decoder(backend, field)),
        read -> {
          exchange.request(read);
          exchange.proceed();
        });
  }

  private static Function<int[], String> decoder(ModelBackend backend, String field) {
    return ids ->
        backend
            .decode(ids)
            .orElseThrow(
                () ->
                    new Failure(
                        new Problem.Invalid(
                            field
                                + ": ids of tokens cannot be judged, for the tokenizer of this"
                                + " model is not known here; send text",
                            field)));
  }
}
