package dev.moat.guard;

import dev.moat.core.Failure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * A grammar that makes texts of known families: the phrasings of attacks, and of honest texts that
 * look like them, which no collection holds in all their variety.
 *
 * <p>A line {@code name: one | two {other}} gives a name its alternatives; a line {@code @label
 * family language} begins a block, and each line after it is a template of that family. A backslash
 * takes the meaning from a brace or a bar, and {@code \n} is a line break. A line that begins with
 * {@code #} is a comment.
 */
final class TextGrammar {
  /** How deep names may stand in one another. */
  private static final int DEPTH_MAX = 8;

  /** How long a made text may become; a longer one is cut. */
  private static final int LENGTH_MAX = 8_000;

  /** What a block of templates makes. */
  record Block(String label, String family, String language, List<String> templates) {}

  private final String file;
  private final Map<String, List<String>> alternatives = new HashMap<>();
  private final Map<String, Block> blocks = new LinkedHashMap<>();

  private TextGrammar(String file) {
    this.file = file;
  }

  /**
   * Reads a grammar.
   *
   * @throws Failure that names {@code file} and the line, if it is none
   */
  static TextGrammar parse(String text, String file) {
    TextGrammar grammar = new TextGrammar(file);
    int number = 0;
    Block block = null;
    for (String line : text.lines().toList()) {
      number++;
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      if (line.startsWith("@")) {
        block = grammar.block(line, number);
      } else if (!grammar.defines(line, block == null)) {
        if (block == null) {
          throw grammar.invalid(number, "a template stands before any block");
        }
        block.templates().add(line);
      }
    }
    return grammar;
  }

  /** All blocks, in their order. */
  List<Block> blocks() {
    return List.copyOf(blocks.values());
  }

  /** Makes a text of one of the templates of {@code block}. */
  String make(Block block, RandomGenerator random) {
    StringBuilder out = new StringBuilder();
    String template = block.templates().get(random.nextInt(block.templates().size()));
    expand(template, random, 0, out);
    return tidy(out);
  }

  private Block block(String line, int number) {
    String[] parts = line.substring(1).split(" +");
    if (parts.length != 3) {
      throw invalid(number, "a block is @label family language");
    }
    return blocks.computeIfAbsent(
        line, _ -> new Block(parts[0], parts[1], parts[2], new ArrayList<>()));
  }

  private boolean defines(String line, boolean beforeBlocks) {
    int colon = line.indexOf(':');
    if (colon <= 0 || !line.substring(0, colon).matches("[a-z][a-z0-9-]*")) {
      return false;
    }
    String name = line.substring(0, colon);
    if (!beforeBlocks && !alternatives.containsKey(name) && line.indexOf('|') < 0) {
      return false; // a template such as "note: do this"
    }
    split(line.substring(colon + 1), alternatives.computeIfAbsent(name, _ -> new ArrayList<>()));
    return true;
  }

  private static void split(String line, List<String> out) {
    StringBuilder part = new StringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c == '\\' && i + 1 < line.length()) {
        part.append(c).append(line.charAt(++i));
      } else if (c == '|') {
        out.add(part.toString().strip());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    out.add(part.toString().strip());
  }

  private void expand(String template, RandomGenerator random, int depth, StringBuilder out) {
    for (int i = 0; i < template.length() && out.length() < LENGTH_MAX; i++) {
      char c = template.charAt(i);
      if (c == '\\' && i + 1 < template.length()) {
        char next = template.charAt(++i);
        out.append(next == 'n' ? '\n' : next);
        continue;
      }
      int end = c == '{' ? template.indexOf('}', i) : -1;
      List<String> choices =
          end < 0
              ? List.of()
              : alternatives.getOrDefault(template.substring(i + 1, end), List.of());
      if (choices.isEmpty()) {
        out.append(c);
        continue;
      }
      if (depth == DEPTH_MAX) {
        throw Failure.invalid(
            file + ": {" + template.substring(i + 1, end) + "} stands in itself; write it out");
      }
      expand(choices.get(random.nextInt(choices.size())), random, depth + 1, out);
      i = end;
    }
  }

  private static String tidy(StringBuilder made) {
    return made.toString()
        .replaceAll(" {2,}", " ")
        .replaceAll(" ([.,?!;:])", "$1")
        .replace("\n ", "\n")
        .strip();
  }

  private Failure invalid(int line, String why) {
    return Failure.invalid(file + " line " + line + ": " + why + "; see docs/guard.md");
  }
}
