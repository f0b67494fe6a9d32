package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Network;
import dev.moat.core.Problem;
import java.net.InetAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * What an API key may be used for. What is not named is denied; {@link #ALL} names everything.
 *
 * @param models the models it may use
 * @param endpoints the paths it may call, each with all that lies below it
 * @param tools the functions that its requests may offer to a model; empty is none
 * @param networks where its requests may come from; empty is everywhere
 * @param expires when it ends
 */
public record Scope(
    Set<String> models,
    Set<String> endpoints,
    Set<String> tools,
    Set<Network> networks,
    Optional<Instant> expires) {
  /** Stands for every model, endpoint or tool. */
  public static final String ALL = "*";

  private static final int MODELS_MAX = 256;
  private static final int MODEL_CHARACTERS_MAX = 256;
  private static final int ENDPOINTS_MAX = 64;
  private static final int TOOLS_MAX = 256;
  private static final int NETWORKS_MAX = 64;
  private static final Pattern ENDPOINT = Pattern.compile("(?=.{2,128}$)(?:/[A-Za-z0-9._-]+)+");
  private static final Pattern TOOL = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.:/-]{0,127}");

  /** Copies the names in and checks their form. */
  public Scope {
    models = Set.copyOf(models);
    endpoints = Set.copyOf(endpoints);
    tools = Set.copyOf(tools);
    networks = Set.copyOf(networks);
    expires = expires.map(time -> time.truncatedTo(ChronoUnit.MILLIS));
    if (models.isEmpty() || models.size() > MODELS_MAX || !all(models, Scope::isModel)) {
      throw invalid("models", "are none, too many or not names; name 1 to " + MODELS_MAX);
    }
    if (endpoints.isEmpty()
        || endpoints.size() > ENDPOINTS_MAX
        || !all(endpoints, ENDPOINT.asMatchPredicate())) {
      throw invalid(
          "endpoints",
          "are none, too many or not paths; name 1 to "
              + ENDPOINTS_MAX
              + " such as /v1/chat/completions");
    }
    if (tools.size() > TOOLS_MAX || !all(tools, TOOL.asMatchPredicate())) {
      throw invalid("tools", "are too many or not names of functions; name at most " + TOOLS_MAX);
    }
    if (networks.size() > NETWORKS_MAX) {
      throw invalid("networks", "are too many; name at most " + NETWORKS_MAX);
    }
  }

  /** Everything, from everywhere, without end. */
  public static Scope everything() {
    Set<String> all = Set.of(ALL);
    return new Scope(all, all, all, Set.of(), Optional.empty());
  }

  /** Whether that model may be used. */
  public boolean permitsModel(String model) {
    return models.contains(ALL) || models.contains(model);
  }

  /** Whether that path may be called. */
  public boolean permitsEndpoint(String path) {
    return endpoints.contains(ALL)
        || endpoints.stream()
            .anyMatch(
                endpoint ->
                    path.startsWith(endpoint)
                        && (path.length() == endpoint.length()
                            || path.charAt(endpoint.length()) == '/'));
  }

  /** Whether every tool may be offered. */
  public boolean permitsAllTools() {
    return tools.contains(ALL);
  }

  /** Whether that function may be offered. */
  public boolean permitsTool(String tool) {
    return permitsAllTools() || tools.contains(tool);
  }

  /** Whether requests may come from everywhere. */
  public boolean permitsAllNetworks() {
    return networks.isEmpty();
  }

  /** Whether requests may come from there. */
  public boolean permitsAddress(InetAddress address) {
    return permitsAllNetworks() || networks.stream().anyMatch(network -> network.contains(address));
  }

  /** The scope as the ledger and the admin API tell it. */
  public ObjectNode json() {
    ObjectNode out = Json.object();
    new TreeSet<>(models).forEach(out.putArray("models")::add);
    new TreeSet<>(endpoints).forEach(out.putArray("endpoints")::add);
    new TreeSet<>(tools).forEach(out.putArray("tools")::add);
    networkTexts().forEach(out.putArray("networks")::add);
    expires.ifPresent(time -> out.put("expires", time.toString()));
    return out;
  }

  Set<String> networkTexts() {
    return networks.stream().map(Network::toString).collect(Collectors.toCollection(TreeSet::new));
  }

  /** How many characters all its names have together. */
  int characters() {
    return Stream.of(models, endpoints, tools, networkTexts())
        .flatMap(Set::stream)
        .mapToInt(String::length)
        .sum();
  }

  private static boolean all(Set<String> names, Predicate<String> isName) {
    return names.stream().allMatch(name -> name.equals(ALL) || isName.test(name));
  }

  private static boolean isModel(String model) {
    return !model.isBlank()
        && model.length() <= MODEL_CHARACTERS_MAX
        && model.chars().noneMatch(Character::isISOControl);
  }

  private static Failure invalid(String field, String why) {
    return new Failure(
        new Problem.Invalid("API key " + field + ": " + why + ", or *; correct them", field));
  }
}
