package dev.moat.serve;

import dev.moat.registry.PromptTemplate;
import java.util.List;
import java.util.Set;

/**
 * The stage that puts the prompt of the release before the messages of the caller.
 *
 * <p>It comes after the guard: values are judged as what they are, texts of the caller, and what is
 * filled in is what the guard left of them. A caller can say nothing in the place of the prompt: no
 * message of its own with the system's voice, and no field by which a model server would put the
 * conversation together in another way.
 */
final class PromptRendering implements Stage {
  private static final Set<String> SYSTEM_ROLES = Set.of("system", "developer");

  /** Fields of model servers that change how messages become what the model reads. */
  private static final List<String> OVERRIDES =
      List.of(
          "chat_template",
          "chat_template_kwargs",
          "add_generation_prompt",
          "continue_final_message",
          "add_special_tokens",
          "instructions",
          "system");

  private final WorkPool pool;

  PromptRendering(WorkPool pool) {
    this.pool = pool;
  }

  @Override
  public void enter(Exchange exchange) {
    Served served = exchange.served();
    ModelCall call = exchange.call();
    if (exchange.input().findings().blocked()) {
      exchange.proceed();
      return;
    }
    pool.compute(
        served.prompt().isPresent() ? exchange.request().body().length : 0,
        exchange.http(),
        () -> rendered(served, call),
        rendered -> {
          exchange.judged(rendered, exchange.input());
          exchange.proceed();
        });
  }

  /** The question with the prompt of that release, if it has one, and with no other. */
  static ModelCall rendered(Served served, ModelCall call) {
    if (served.prompt().isEmpty()) {
      if (call.has(PromptTemplate.FIELD)) {
        throw JsonCursor.invalid(
            PromptTemplate.FIELD, "is for models with a prompt, which this one has not");
      }
      return call.with(List.of());
    }
    requireOwnPlace(call);
    return call.with(
        served.prompt().get().render(call.variables()).stream()
            .map(message -> new ChatMessage(message.role(), message.content()))
            .toList());
  }

  private static void requireOwnPlace(ModelCall call) {
    if (call.endpoint() != Endpoint.CHAT) {
      throw JsonCursor.invalid("model", "has a prompt and takes messages only, not a bare text");
    }
    for (String field : OVERRIDES) {
      if (call.has(field)) {
        throw JsonCursor.invalid(field, "could replace the prompt of this model; leave it out");
      }
    }
    List<String> roles = call.roles();
    for (int i = 0; i < roles.size(); i++) {
      if (SYSTEM_ROLES.contains(roles.get(i))) {
        throw JsonCursor.invalid(
            "messages[" + i + "].role", "is the system's, whose part this model's prompt has");
      }
    }
  }
}
