package dev.moat.serve;

import dev.moat.core.Problem;
import dev.moat.wire.ErrorForm;
import dev.moat.wire.Response;

/** The form in which the OpenAI API tells errors, for every route of a server. */
public final class OpenAiErrors implements ErrorForm {
  @Override
  public Response render(int status, Problem problem) {
    return Refusal.of(status, problem).withoutRetry().response();
  }
}
