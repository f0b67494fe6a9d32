package dev.moat.serve;

import dev.moat.core.Problem;
import dev.moat.wire.ErrorForm;
import dev.moat.wire.Response;
import java.time.Duration;

/** The form in which the OpenAI API tells errors, for every route of a server. */
public final class OpenAiErrors implements ErrorForm {
  @Override
  public Response render(int status, Problem problem) {
    Refusal refusal = Refusal.of(status, problem);
    return new Refusal(
            refusal.status(),
            refusal.type(),
            refusal.message(),
            refusal.param(),
            refusal.code(),
            Duration.ZERO)
        .response();
  }
}
