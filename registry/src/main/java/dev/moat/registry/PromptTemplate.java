package dev.moat.registry;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import dev.moat.eval.JsonFields;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A prompt: what stands before the messages of every caller, with typed variables that callers
 * fill.
 *
 * <p>The only thing that a template can do is {@code {{name}}}, which stands for the value of a
 * variable. A value is data: nothing in it is looked at again. Every variable must be declared and
 * used, and every one must be given.
 *
 * @param system what the model is told first
 * @param messages further messages of user and assistant, before those of the caller
 * @param variables what callers fill in, by name
 */
public record PromptTemplate(
    String system, List<Message> messages, SortedMap<String, PromptVariable> variables) {
  /** The part of a prompt artifact that holds {@link #toJson()}. */
  public static final String PART = "prompt.json";

  /** The field of a request in which callers fill variables. */
  public static final String FIELD = "prompt_variables";

  private static final String FORMAT = "moat-prompt/1";
  private static final String SYSTEM = "system";
  private static final String MESSAGES = "messages";
  private static final String VARIABLES = "variables";
  private static final int TEXT_CHARACTERS_MAX = 100_000;
  private static final int MESSAGES_MAX = 64;
  private static final int VARIABLES_MAX = 64;
  private static final Set<String> ROLES = Set.of("user", "assistant");
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");
  private static final Pattern PLACE = Pattern.compile("\\{\\{([^{}]*)}}|\\{\\{");

  /** One message: who speaks, and the text. */
  public record Message(String role, String content) {}

  /** Checks names, bounds, and that variables and places fit together. */
  public PromptTemplate {
    messages = List.copyOf(messages);
    variables = new TreeMap<>(variables);
    if (variables.size() > VARIABLES_MAX) {
      throw invalid(VARIABLES, "has more than " + VARIABLES_MAX + " variables; use fewer");
    }
    if (system.isBlank()) {
      throw invalid(SYSTEM, "is empty; say what the model is to do");
    }
    requireUse(system, messages, variables.keySet());
  }

  /** Reads a file as people write it; {@code where} names it in errors. */
  static PromptTemplate parseYaml(byte[] yaml, String where) {
    if (!(Json.parseYaml(yaml, where) instanceof ObjectNode written)) {
      throw Failure.invalid(where + ": not a mapping; write \"system:\" and \"variables:\"");
    }
    if (written.has("format")) {
      throw Failure.invalid(where + " format: is for stored prompts; take it out");
    }
    if (!written.has(MESSAGES)) {
      written.putArray(MESSAGES);
    }
    if (!written.has(VARIABLES)) {
      written.putObject(VARIABLES);
    }
    return read(written, JsonFields.of(written, where), where);
  }

  /** Reads what {@link #toJson()} wrote; {@code where} says in errors which prompt. */
  public static PromptTemplate parse(byte[] json, String where) {
    JsonNode tree = Json.parse(json, where);
    JsonFields fields = JsonFields.of(tree, where);
    fields.constant("format", FORMAT);
    return read(tree, fields, where);
  }

  /** The prompt as JSON. */
  public JsonNode toJson() {
    ObjectNode out = Json.object().put("format", FORMAT).put(SYSTEM, system);
    var list = out.putArray(MESSAGES);
    messages.forEach(m -> list.addObject().put("role", m.role()).put("content", m.content()));
    ObjectNode declared = out.putObject(VARIABLES);
    variables.forEach((name, variable) -> declared.set(name, variable.toJson()));
    return out;
  }

  /** The messages with these values in their places; fails naming the value that is wrong. */
  public List<Message> render(Map<String, JsonNode> values) {
    for (String name : values.keySet()) {
      if (!variables.containsKey(name)) {
        String known =
            Text.nearest(name, variables.keySet())
                .map(near -> "did you mean \"" + near + "\"?")
                .orElse("known are " + String.join(", ", variables.keySet()));
        throw unfit(name, "is no variable of this prompt; " + known);
      }
    }
    Map<String, String> texts = new TreeMap<>();
    variables.forEach((name, variable) -> texts.put(name, text(name, variable, values)));
    List<Message> rendered = new ArrayList<>();
    rendered.add(new Message(SYSTEM, filled(system, texts)));
    messages.forEach(m -> rendered.add(new Message(m.role(), filled(m.content(), texts))));
    return rendered;
  }

  private static String text(String name, PromptVariable variable, Map<String, JsonNode> values) {
    JsonNode value = values.get(name);
    if (value == null) {
      throw unfit(name, "is missing; send " + variable.expected());
    }
    return variable
        .text(value)
        .orElseThrow(() -> unfit(name, "does not fit; send " + variable.expected()));
  }

  private static String filled(String template, Map<String, String> texts) {
    Matcher matcher = PLACE.matcher(template);
    StringBuilder out = new StringBuilder(template.length());
    while (matcher.find()) {
      String value = texts.getOrDefault(matcher.group(1), "");
      matcher.appendReplacement(out, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(out).toString();
  }

  private static PromptTemplate read(JsonNode tree, JsonFields fields, String where) {
    List<Message> messages = new ArrayList<>();
    for (JsonFields message : fields.objects(MESSAGES, MESSAGES_MAX)) {
      messages.add(new Message(message.text("role"), message.text("content")));
      message.refuseOthers();
    }
    fields.object(VARIABLES);
    SortedMap<String, PromptVariable> variables = new TreeMap<>();
    tree.path(VARIABLES)
        .forEachEntry(
            (name, declared) -> {
              String place = where + " " + VARIABLES + "." + Text.shortened(name, 80);
              variables.put(name, PromptVariable.read(declared, place));
            });
    String system = fields.text(SYSTEM);
    fields.refuseOthers();
    return new PromptTemplate(system, messages, variables);
  }

  private static void requireUse(String system, List<Message> messages, Set<String> known) {
    Set<String> unused = new TreeSet<>(known);
    requirePlaces(SYSTEM, system, known, unused);
    for (int i = 0; i < messages.size(); i++) {
      String place = MESSAGES + "[" + i + "]";
      if (!ROLES.contains(messages.get(i).role())) {
        throw invalid(place + ".role", "is not user or assistant; write one of them");
      }
      requirePlaces(place, messages.get(i).content(), known, unused);
    }
    for (String name : known) {
      String place = VARIABLES + "." + Text.shortened(name, 80);
      if (!NAME.matcher(name).matches()) {
        throw invalid(place, "is not named by 1 to 64 of a-z 0-9 _, a letter first; rename it");
      }
      if (unused.contains(name)) {
        throw invalid(place, "is used nowhere; write {{" + name + "}} or take it out");
      }
    }
  }

  private static void requirePlaces(
      String place, String template, Set<String> known, Set<String> unused) {
    if (template.length() > TEXT_CHARACTERS_MAX) {
      throw invalid(place, "has more than " + TEXT_CHARACTERS_MAX + " characters; say less");
    }
    Matcher matcher = PLACE.matcher(template);
    while (matcher.find()) {
      String name = matcher.group(1) == null ? "" : matcher.group(1);
      if (!known.contains(name)) {
        String shown = Text.shortened(template.substring(matcher.start()), 40);
        throw invalid(
            place, "\"" + shown + "\" begins with no declared variable; declare it or take it out");
      }
      unused.remove(name);
    }
  }

  private static Failure invalid(String place, String why) {
    return new Failure(new Problem.Invalid("prompt " + place + ": " + why, place));
  }

  private static Failure unfit(String name, String why) {
    String place = FIELD + "." + Text.shortened(name, 80);
    return new Failure(new Problem.Invalid(place + ": " + why, place));
  }
}
