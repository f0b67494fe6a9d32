package dev.moat.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The configuration of one Moat: sections of typed keys, read from {@code moat.yaml}.
 *
 * <p>Each room reads its section key by key and so declares it: what was declared makes the
 * reference ({@link #reference()}), and what the file has beyond it is refused by {@link
 * #refuseUnknown()}.
 */
public final class Settings {
  /** One declared key, for the reference. */
  public record Key(String section, String name, String type, String standard, String meaning) {}

  /** A key that was set beside the document. */
  private record Option(String section, String key, String value) {}

  private static final int GROUP_SECTIONS_MAX = 10_000;

  private final String name;
  private final JsonNode tree;
  private final Map<String, String> environment;
  private final List<Option> options;
  private final SortedMap<String, Section> sections = new TreeMap<>();
  private final SortedMap<String, Group> groups = new TreeMap<>();

  private Settings(
      String name, JsonNode tree, Map<String, String> environment, List<Option> options) {
    this.name = name;
    this.tree = tree;
    this.options = List.copyOf(options);
    this.environment = Map.copyOf(environment);
  }

  /**
   * Reads a YAML document; {@code name} says in errors which. A secret may be written as {@code
   * env:NAME}: it is then taken from {@code environment}.
   */
  public static Settings parse(byte[] yaml, String name, Map<String, String> environment) {
    JsonNode tree = isBlank(yaml) ? Json.object() : Json.parseYaml(yaml, name);
    if (tree.isNull()) {
      tree = Json.object();
    }
    if (!tree.isObject()) {
      throw Failure.invalid(name + ": not a mapping of sections; write \"section:\" lines");
    }
    return new Settings(name, tree, environment, List.of());
  }

  /** What these settings are if their document is now {@code yaml}: keys set with it stay set. */
  public Settings reread(byte[] yaml) {
    Settings next = parse(yaml, name, environment);
    for (Option option : options) {
      next = next.with(option.section(), option.key(), option.value());
    }
    return next;
  }

  /** The defaults of everything. */
  public static Settings standard() {
    return new Settings("defaults", Json.object(), Map.of(), List.of());
  }

  /** These settings with one key set, as a command line option does. */
  public Settings with(String section, String key, String value) {
    ObjectNode changed = ((ObjectNode) tree).deepCopy();
    JsonNode old = changed.get(section);
    ObjectNode part = old instanceof ObjectNode object ? object : changed.putObject(section);
    part.put(key, value);
    List<Option> more = new ArrayList<>(options);
    more.add(new Option(section, key, value));
    return new Settings(name, changed, environment, more);
  }

  /** The section of that name; the same object each time. */
  public Section section(String section) {
    return sections.computeIfAbsent(section, this::open);
  }

  /**
   * What {@code read} makes of each section in the group of that name, by the section's own name
   * and in the order of the file. Several rooms may read the same group, each its own keys.
   */
  public <T> Map<String, T> named(String group, Function<Section, T> read) {
    Group all = groups.computeIfAbsent(group, this::openGroup);
    T _ = read.apply(all.template);
    Map<String, T> made = new LinkedHashMap<>();
    all.sections.forEach((own, section) -> made.put(own, read.apply(section)));
    return made;
  }

  /** Fails at the first section or key that nobody declared, naming the nearest known one. */
  public void refuseUnknown() {
    for (String section : tree.propertyNames()) {
      if (sections.containsKey(section)) {
        sections.get(section).refuseUnknown();
      } else if (groups.containsKey(section)) {
        groups.get(section).sections.values().forEach(Section::refuseUnknown);
      } else {
        Set<String> known = new TreeSet<>(sections.keySet());
        known.addAll(groups.keySet());
        throw unknown("section", section, known);
      }
    }
  }

  /** What is in force, as YAML; secrets show as {@code ***}. */
  public String effective() {
    ObjectNode out = Json.object();
    sections.forEach((section, keys) -> out.set(section, keys.effective()));
    groups.forEach(
        (group, all) ->
            all.sections.forEach((own, keys) -> out.withObject(group).set(own, keys.effective())));
    return Json.yaml(out);
  }

  /** Every declared key. */
  public List<Key> reference() {
    return Stream.concat(
            sections.values().stream(), groups.values().stream().map(all -> all.template))
        .flatMap(section -> section.keys.stream())
        .toList();
  }

  private Section open(String section) {
    return new Section(section, mapping(section, tree.path(section)), false);
  }

  private Group openGroup(String group) {
    JsonNode part = mapping(group, tree.path(group));
    if (part.size() > GROUP_SECTIONS_MAX) {
      throw Failure.invalid(
          name + " " + group + ": has more than " + GROUP_SECTIONS_MAX + " sections; use fewer");
    }
    Map<String, Section> all = new LinkedHashMap<>();
    for (String own : part.propertyNames()) {
      String place = group + "." + own;
      all.put(own, new Section(place, mapping(place, part.path(own)), false));
    }
    return new Group(all, new Section(group + ".NAME", Json.object(), true));
  }

  private JsonNode mapping(String place, JsonNode part) {
    if (!part.isMissingNode() && !part.isNull() && !part.isObject()) {
      throw Failure.invalid(name + " " + place + ": not a mapping; write \"key: value\" lines");
    }
    return part;
  }

  private Failure unknown(String what, String typed, Set<String> known) {
    String remedy =
        Text.nearest(typed, known)
            .map(near -> "did you mean \"" + near + "\"?")
            .orElse("known are " + String.join(", ", known));
    return new Failure(
        new Problem.Invalid(
            name + ": unknown " + what + " \"" + Text.shortened(typed, 60) + "\"; " + remedy,
            typed));
  }

  private static boolean isBlank(byte[] yaml) {
    for (byte b : yaml) {
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return false;
      }
    }
    return true;
  }

  /** Sections of one kind, by name; the template stands for all of them in the reference. */
  private record Group(Map<String, Section> sections, Section template) {}

  /** The keys of one concern. */
  public final class Section {
    private final String section;
    private final JsonNode part;
    private final boolean template;
    private final List<Key> keys = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    private Section(String section, JsonNode part, boolean template) {
      this.section = section;
      this.part = part;
      this.template = template;
    }

    /** The path of this section in the file, for errors: {@code gateway} or {@code route.NAME}. */
    public String path() {
      return section;
    }

    /** A text. */
    public String text(String key, String standard, String meaning) {
      return declare(key, "text", standard, meaning, scalar(key).orElse(standard));
    }

    /** A text that must be there; {@code example} shows its form in the reference. */
    public String required(String key, String example, String meaning) {
      Optional<String> value = template ? Optional.of(example) : scalar(key);
      if (value.isEmpty()) {
        String place = section + "." + key;
        throw new Failure(
            new Problem.Invalid(
                name + " " + place + ": is missing; write one, such as " + example, place));
      }
      return declare(key, "text, required", "", meaning, value.get());
    }

    /** A text that may be left out. */
    public Optional<String> optional(String key, String meaning) {
      Optional<String> value = scalar(key);
      declare(key, "text, optional", "", meaning, value.orElse(""));
      return value;
    }

    /** A secret that may be left out. */
    public Optional<Secret> secret(String key, String meaning) {
      if (part.path(key).isContainer()) {
        throw bad(key, "***", "is not one value", "write one value after the colon");
      }
      Optional<Secret> value = scalar(key).map(text -> Secret.of(resolved(key, text)));
      declare(key, "secret, optional", "", meaning, value.isPresent() ? "***" : "");
      return value;
    }

    /** A whole number from {@code least} to {@code most}. */
    public long integer(String key, long standard, long least, long most, String meaning) {
      long value = standard;
      Optional<String> given = scalar(key);
      if (given.isPresent()) {
        value = number(key, given.get(), least, most);
      }
      String type = "integer, " + least + " to " + most;
      return declare(key, type, Long.toString(standard), meaning, value);
    }

    /** A whole number from {@code least} to {@code most} that may be left out. */
    public OptionalLong optionalInteger(String key, long least, long most, String meaning) {
      Optional<Long> value = scalar(key).map(text -> number(key, text, least, most));
      String type = "integer, " + least + " to " + most + ", optional";
      declare(key, type, "", meaning, value.isPresent() ? value.get() : "");
      return value.isPresent() ? OptionalLong.of(value.get()) : OptionalLong.empty();
    }

    /** True or false. */
    public boolean flag(String key, boolean standard, String meaning) {
      boolean value = standard;
      Optional<String> given = scalar(key);
      if (given.isPresent()) {
        value =
            switch (given.get()) {
              case "true" -> true;
              case "false" -> false;
              default -> throw bad(key, given.get(), "is not true or false", "write one of them");
            };
      }
      return declare(key, "true or false", Boolean.toString(standard), meaning, value);
    }

    /** One of a few words. */
    public String choice(String key, String standard, List<String> words, String meaning) {
      String value = scalar(key).orElse(standard);
      if (!words.contains(value)) {
        throw bad(key, value, "is not one of the words", "write " + String.join(" or ", words));
      }
      return declare(key, String.join(" or ", words), standard, meaning, value);
    }

    /** A list of texts. */
    public List<String> texts(String key, List<String> standard, String meaning) {
      List<String> value = standard;
      JsonNode given = part.path(key);
      if (given.isArray()) {
        value = new ArrayList<>();
        for (JsonNode element : given) {
          value.add(element.asString());
        }
      } else if (!given.isMissingNode()) {
        throw bad(key, given.toString(), "is not a list", "write \"- value\" lines");
      }
      return declare(key, "list of texts", standard.toString(), meaning, List.copyOf(value));
    }

    private Optional<String> scalar(String key) {
      JsonNode given = part.path(key);
      if (given.isMissingNode() || given.isNull()) {
        return Optional.empty();
      }
      if (!given.isValueNode()) {
        throw bad(key, given.toString(), "is not one value", "write one value after the colon");
      }
      return Optional.of(given.asString());
    }

    private long number(String key, String given, long least, long most) {
      long value;
      try {
        value = Long.parseLong(given);
      } catch (NumberFormatException _) {
        throw bad(key, given, "is not a whole number", "write " + least + " to " + most);
      }
      if (value < least || value > most) {
        throw bad(key, given, "is out of range", "write " + least + " to " + most);
      }
      return value;
    }

    private String resolved(String key, String text) {
      if (!text.startsWith("env:")) {
        return text;
      }
      String variable = text.substring(4);
      String value = environment.get(variable);
      if (value == null) {
        throw bad(key, text, "names a variable that is not set", "export " + variable);
      }
      return value;
    }

    private <T> T declare(String key, String type, String standard, String meaning, T value) {
      if (values.put(key, value) == null) {
        keys.add(new Key(section, key, type, standard, meaning));
      }
      return value;
    }

    private Failure bad(String key, String given, String why, String remedy) {
      String place = section + "." + key;
      String shown = Text.shortened(given, 60);
      return new Failure(
          new Problem.Invalid(
              name + " " + place + ": \"" + shown + "\" " + why + "; " + remedy, place));
    }

    private void refuseUnknown() {
      Set<String> known = new LinkedHashSet<>(values.keySet());
      for (String key : part.propertyNames()) {
        if (!known.contains(key)) {
          throw unknown("key in section " + section, key, known);
        }
      }
    }

    private ObjectNode effective() {
      ObjectNode out = Json.object();
      values.forEach(
          (key, value) -> {
            switch (value) {
              case Long number -> out.put(key, number);
              case Boolean flag -> out.put(key, flag);
              case List<?> list -> list.forEach(out.withArray(key)::addPOJO);
              default -> out.put(key, value.toString());
            }
          });
      return out;
    }
  }
}
