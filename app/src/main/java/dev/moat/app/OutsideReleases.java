package dev.moat.app;

import dev.moat.core.Json;
import dev.moat.flow.Pipeline;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Makes and admits the releases of models that run elsewhere, as the settings name them. */
final class OutsideReleases {
  private final Installation on;
  private final Terminal terminal;

  private OutsideReleases(Installation on, Terminal terminal) {
    this.on = on;
    this.terminal = terminal;
  }

  /** One for each route with backends, and for each model of the outside service. */
  static int admit(Installation on, Terminal terminal) {
    return new OutsideReleases(on, terminal).all();
  }

  private int all() {
    List<String> routed = on.settings.routing().models();
    for (String model : routed) {
      ObjectNode parameters = Json.object();
      on.settings.routing().addresses(model).forEach(parameters.putArray("urls")::add);
      int status = release(model, parameters);
      if (status != Command.FINE) {
        return status;
      }
    }
    return on.settings.upstream().url().isPresent() ? upstream(Set.copyOf(routed)) : Command.FINE;
  }

  private int upstream(Set<String> routed) {
    String url = on.settings.upstream().url().orElseThrow();
    for (String model : UpstreamModels.list(on.settings.upstream())) {
      int status =
          routed.contains(model) ? Command.FINE : release(model, Json.object().put("url", url));
      if (status != Command.FINE) {
        return status;
      }
    }
    return Command.FINE;
  }

  private int release(String model, ObjectNode where) {
    JsonNode parameters = where.put("name", model);
    Pipeline.Node node =
        new Pipeline.Node("release", "registry/upstream", Map.of(), parameters, Set.of());
    Pipeline pipeline = new Pipeline("upstream " + model, List.of(node), on.home());
    return RunCommand.status(RunCommand.run(on, pipeline, terminal));
  }
}
