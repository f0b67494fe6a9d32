package dev.moat.guard;

import dev.moat.core.Failure;
import dev.moat.core.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * Checks the arguments that a model gives to a tool, once they are complete: a field that ought to
 * be plain must not carry a command, a query, a way out of a folder or into the inner network.
 * Fields whose name says that they are such a thing are exempt from that class.
 *
 * <p>Each check takes time by the length of a string, so no string is cut and none is left out: how
 * much there is to check is bounded by what {@link Json} reads.
 */
public final class StructuredFields {
  /** A string that is part of a command of a shell. */
  public static final String SHELL = Span.UNSAFE + "shell";

  /** A string that changes what a query means. */
  public static final String SQL = Span.UNSAFE + "sql";

  /** A path that leads out of its folder. */
  public static final String PATH = Span.UNSAFE + "path";

  /** An address of the inner network. */
  public static final String ADDRESS = Span.UNSAFE + "address";

  /** What is no JSON, although a tool's arguments are. */
  public static final String FORM = Span.UNSAFE + "arguments";

  private static final Set<String> CODE_NAMES =
      Set.of("command", "cmd", "script", "code", "shell", "bash", "source", "program");
  private static final Set<String> QUERY_NAMES =
      Set.of("query", "sql", "statement", "code", "script", "source", "program");
  private static final Set<String> TEXT_NAMES =
      Set.of("content", "text", "body", "message", "markdown", "html", "patch", "diff");

  private final List<Span> found = new ArrayList<>();

  private StructuredFields() {}

  /** What is unsafe in {@code arguments}; each span is the whole text, for JSON has no offsets. */
  public static List<Span> check(String arguments) {
    StructuredFields fields = new StructuredFields();
    if (arguments.isBlank()) {
      return List.of();
    }
    JsonNode root;
    try {
      root = Json.parse(arguments, "arguments");
    } catch (Failure notJson) {
      return List.of(new Span(FORM, 0, arguments.length()));
    }
    fields.walk(root, "", arguments.length());
    return List.copyOf(fields.found);
  }

  private void walk(JsonNode node, String name, int length) {
    if (node.isString()) {
      string(node.asString(), name.toLowerCase(Locale.ROOT), length);
      return;
    }
    if (node.isObject()) {
      node.properties().forEach(field -> walk(field.getValue(), field.getKey(), length));
    } else {
      node.forEach(each -> walk(each, name, length));
    }
  }

  private void string(String value, String name, int length) {
    String small = value.toLowerCase(Locale.ROOT);
    boolean text = isOf(TEXT_NAMES, name);
    add(SHELL, !text && !isOf(CODE_NAMES, name) && ShellText.isCommand(small), length);
    add(SQL, !text && !isOf(QUERY_NAMES, name) && SqlText.isInjection(small), length);
    boolean code = isOf(CODE_NAMES, name);
    add(PATH, !text && !code && leadsOut(small), length);
    add(ADDRESS, !text && !code && InnerAddress.isIn(small), length);
  }

  private void add(String type, boolean is, int length) {
    if (is && found.stream().noneMatch(span -> span.type().equals(type))) {
      found.add(new Span(type, 0, length));
    }
  }

  /** Whether a part of the name, such as {@code sql} of {@code sql_query}, is one of these. */
  private static boolean isOf(Set<String> names, String name) {
    if (names.contains(name)) {
      return true;
    }
    for (String part : name.split("[_.\\- ]")) {
      if (names.contains(part)) {
        return true;
      }
    }
    return false;
  }

  private static boolean leadsOut(String value) {
    String plain = value.replace("%2e", ".").replace("%2f", "/").replace('\\', '/');
    return plain.contains("../../")
        || plain.startsWith("../")
        || plain.contains("/../")
        || plain.contains("/etc/passwd")
        || plain.contains("/etc/shadow")
        || plain.contains("/.ssh/")
        || plain.contains("/proc/self/")
        || plain.indexOf('\0') >= 0;
  }
}
