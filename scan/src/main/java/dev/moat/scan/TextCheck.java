package dev.moat.scan;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Checks text: JSON by its keys, templates by their blocks; other text is inert if it is known. */
final class TextCheck {
  private static final long TEXT_BYTES_MAX = 256L << 20;

  private static final Set<String> CODE =
      Set.of(
          "py", "pyw", "pyx", "sh", "bash", "zsh", "bat", "cmd", "ps1", "js", "mjs", "ts", "rb",
          "pl", "lua", "r", "jl", "java", "scala", "groovy", "c", "cc", "cpp", "h", "cu", "go",
          "rs", "php", "vbs", "ipynb", "html", "htm", "svg", "service", "desktop", "mk", "cfg",
          "ini", "toml");

  private static final Set<String> INERT =
      Set.of(
          "md",
          "txt",
          "csv",
          "tsv",
          "jsonl",
          "json",
          "yaml",
          "yml",
          "jinja",
          "jinja2",
          "rst",
          "bib",
          "license",
          "notice",
          "readme",
          "log",
          "vocab",
          "merges",
          "gitattributes",
          "gitignore",
          "cff",
          "changelog",
          "copying",
          "authors");

  /** A tag written out, a tag directive, or a tag of YAML's name space that is no plain value. */
  private static final Pattern YAML_TAG =
      Pattern.compile(
          "(?m)^%TAG|!<|!!(?!(?:str|int|float|bool|null|seq|map|set|omap|binary|timestamp)\\b)");

  private final Notes notes;

  TextCheck(Notes notes) {
    this.notes = notes;
  }

  /** Checks bytes that look like text; {@code json} says that they look like JSON. */
  void run(String path, Bytes bytes, boolean json) {
    if (bytes.size() > TEXT_BYTES_MAX) {
      notes.unknown("text-size", path, "too long to be read as text");
      return;
    }
    Optional<String> decoded = Bytes.utf8(bytes.copy(0, bytes.size()));
    if (decoded.isEmpty()) {
      notes.unknown("text-encoding", path, "looks like text but is not UTF-8");
      return;
    }
    String text = decoded.get();
    if (text.chars().anyMatch(c -> c < 0x20 && !Character.isWhitespace(c))) {
      notes.unknown("text-binary", path, "looks like text but holds binary bytes");
      return;
    }
    String extension = extension(path);
    content(text, extension, json);
    name(path, extension, text);
  }

  private void content(String text, String extension, boolean json) {
    String start = text.stripLeading();
    if (text.startsWith("#!")) {
      notes.warning("script", "line 1", "begins like a script that a shell would run");
    }
    boolean template = extension.startsWith("jinja");
    if (start.startsWith("<") && !template) {
      notes.warning("markup", "line 1", "markup may hold active content or outer entities");
    }
    if (extension.equals("jsonl")) {
      return; // lines of data, read by nobody as configuration
    }
    boolean prose = extension.equals("md") || extension.equals("txt");
    if ((json && !prose && !template) || extension.equals("json")) {
      new JsonCheck(notes).run(text);
    }
    if (text.contains("!!python/")) {
      notes.critical("yaml-object", "document", "a YAML tag makes its reader run Python");
    }
    if (template) {
      new TemplateCheck(notes, "template").run(text);
    }
    if (extension.equals("yaml") || extension.equals("yml")) {
      yaml(text);
    }
  }

  private void yaml(String text) {
    if (text.contains("_target_")) {
      notes.warning("named-code", "document", "names code for the loader to run");
    }
    if (YAML_TAG.matcher(text).find()) {
      notes.warning("yaml-tag", "document", "a tag that is not YAML's own tells what to build");
    }
  }

  private void name(String path, String extension, String text) {
    if (CODE.contains(extension)) {
      notes.warning("code-file", path, "a ." + extension + " file can be run or included");
    } else if (!INERT.contains(extension) && !text.isBlank()) {
      notes.unknown("unknown-text", path, "text of a kind that is not known to be inert");
    }
  }

  /** What follows the last dot of the name, or the whole name if it has none, in lower case. */
  static String extension(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
