package dev.moat.serve;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Finds the tools that a question offers to the model or tells it to use.
 *
 * <p>Backends differ in which of several names of one tool they read, so every one counts. A tool
 * without a name is one that the backend brings along, such as a search of the web: its type stands
 * for its name.
 */
final class OfferedTools {
  /** A tool and where it stands. */
  record Tool(String name, String param) {}

  /** A choice among several tools, which has a list of them. */
  private static final String ALLOWED = "allowed_tools";

  private static final String WEB_SEARCH = "web_search";
  private static final Set<String> FIELDS =
      Set.of("tools", "functions", "tool_choice", "function_call", "web_search_options");

  /** What {@code tool_choice} says without naming a tool. */
  private static final Set<String> CHOICES = Set.of("none", "auto", "required", "any");

  /** Where the description of a tool may stand, beside the tool itself. */
  private static final List<String> KINDS = List.of("function", "custom");

  private final List<Tool> found = new ArrayList<>();

  private OfferedTools() {}

  /** Whether a question with these fields may offer or name a tool. */
  static boolean mayBeIn(Set<String> fields) {
    return !Collections.disjoint(fields, FIELDS);
  }

  /** The tools of a body; fails where the place of one is not as the API has it. */
  static List<Tool> of(JsonNode body) {
    OfferedTools tools = new OfferedTools();
    tools.list(body.path("tools"), "tools");
    tools.list(body.path("functions"), "functions");
    tools.choice(body.path("tool_choice"), "tool_choice");
    tools.choice(body.path("function_call"), "function_call");
    if (isThere(body.path("web_search_options"))) {
      tools.found.add(new Tool(WEB_SEARCH, "web_search_options"));
    }
    return List.copyOf(tools.found);
  }

  private void list(JsonNode list, String param) {
    if (!isThere(list)) {
      return;
    }
    if (!list.isArray()) {
      throw JsonCursor.invalid(param, "is not an array of tools");
    }
    for (int i = 0; i < list.size(); i++) {
      tool(list.path(i), param + "[" + i + "]");
    }
  }

  private void choice(JsonNode choice, String param) {
    if (choice.isString()) {
      if (!CHOICES.contains(choice.stringValue())) {
        found.add(new Tool(choice.stringValue(), param));
      }
      return;
    }
    if (!isThere(choice)) {
      return;
    }
    list(choice.path(ALLOWED).path("tools"), param + "." + ALLOWED + ".tools");
    list(choice.path("tools"), param + ".tools");
    tool(choice, param);
  }

  private void tool(JsonNode tool, String param) {
    if (!tool.isObject()) {
      throw JsonCursor.invalid(param, "is not an object that describes a tool");
    }
    int before = found.size();
    name(tool, param);
    for (String kind : KINDS) {
      name(tool.path(kind), param + "." + kind);
    }
    String type = tool.path("type").asString("");
    if (found.size() == before && !type.equals(ALLOWED)) {
      found.add(new Tool(type, param));
    }
  }

  private void name(JsonNode holder, String param) {
    JsonNode name = holder.path("name");
    if (!isThere(name)) {
      return;
    }
    if (!name.isString()) {
      throw JsonCursor.invalid(param + ".name", "is not a string");
    }
    found.add(new Tool(name.stringValue(), param + ".name"));
  }

  private static boolean isThere(JsonNode node) {
    return !node.isMissingNode() && !node.isNull();
  }
}
