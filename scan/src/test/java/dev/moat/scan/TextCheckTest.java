package dev.moat.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextCheckTest {
  private static void assertFound(String rule, String path, String text) {
    FileReport report = Samples.judge(path, text);
    assertTrue(Samples.rules(report).contains(rule), path + " " + report);
    assertTrue(report.verdict() != ScanVerdict.CLEAN);
  }

  private static void assertClean(String path, String text) {
    FileReport report = Samples.judge(path, text);
    assertEquals(ScanVerdict.CLEAN, report.verdict(), report.toString());
  }

  @Test
  void suspectsATagThatTellsAYamlReaderWhatToBuild() {
    for (String tag :
        List.of(
            "a: !<tag:yaml.org,2002:python/object/apply:os.system> [id]\n",
            "%TAG !p! tag:yaml.org,2002:python/\n---\na: !p!object/apply:os.system [id]\n",
            "a: 1\n%TAG ! tag:yaml.org,2002:\n",
            "a: !!%70ython/object/apply:os.system [id]\n",
            "a: !!javax.script.ScriptEngineManager [x]\n",
            "a: !!strange x\n")) {
      assertFound("yaml-tag", "a.yaml", tag);
      assertFound("yaml-tag", "b/c.yml", tag);
    }
  }

  @Test
  void passesTheTagsOfPlainValues() {
    assertClean("a.yaml", "a: !!str 1\nb: !!int \"2\"\nc: !!float 1\nd: ! plain\ne: !own x\n");
    assertClean("a.yml", "license: apache-2.0\ntags:\n- code!\n");
    assertClean("README.md", "Write !!bang and !< as you like.\n");
  }

  @Test
  void findsAYamlObjectUnderAnyName() {
    for (String path : List.of("a.yaml", "a.txt", "README.md", "params.log")) {
      FileReport report = Samples.judge(path, "a: !!python/name:os.system\n");
      assertEquals(ScanVerdict.MALICIOUS, report.verdict(), path);
    }
  }

  @Test
  void readsJsonAsConfigurationUnlessItIsProseOrData() {
    String code = "{\"auto_map\":{\"AutoModel\":\"a.B\"}}";
    assertFound("auto-map", "config.json", code);
    assertFound("auto-map", "config.yaml", code);
    assertFound("auto-map", "config", code);
    assertClean("notes.txt", code);
    assertClean("notes.md", code);
    assertClean("rows.jsonl", code);
  }

  @Test
  void demandsThatJsonIsJson() {
    assertFound("json-invalid", "config.json", "not json");
    assertFound("json-invalid", "config.json", "{\"a\":1} trailing");
    assertFound("json-invalid", "config.json", "[".repeat(65) + "]".repeat(65));
    assertFound("json-invalid", "config.json", "{\"a\":NaN}");
  }

  @Test
  void judgesATemplateFileAsATemplate() {
    assertFound("template-escape", "chat_template.jinja", "{{ x.__class__ }}");
    assertFound("template-escape", "a/b.JINJA2", "{{ x.__class__ }}");
    assertClean("chat_template.jinja", "<|x|>{{ messages[0]['role'] }}");
  }

  @Test
  void suspectsMarkupWhereverItBegins() {
    assertFound("markup", "a.txt", "  \n<script>x()</script>");
    assertClean("a.txt", "a < b\n");
  }

  @Test
  void refusesBytesThatOnlyBeginAsText() {
    assertFound("text-binary", "a.txt", "x".repeat(70_000) + "\u0001");
    assertFound("format", "a.txt", "x\u0001");
  }

  @Test
  void tellsTheKindOfAFileByItsLastExtension() {
    assertEquals("txt", TextCheck.extension("a/b.py.TXT"));
    assertEquals("license", TextCheck.extension("a.b/LICENSE"));
    assertEquals("gitignore", TextCheck.extension(".gitignore"));
    assertEquals("", TextCheck.extension("a."));
  }

  @Test
  void suspectsEveryFileThatAnInterpreterRuns() {
    for (String extension : List.of("py", "SH", "ps1", "js", "ipynb", "r", "jl", "toml", "cfg")) {
      assertFound("code-file", "x." + extension, "x\n");
    }
  }

  @Test
  void namesTextOfAKindItDoesNotKnow() {
    assertFound("unknown-text", "spiece.model", "words\n");
    assertFound("unknown-text", "Makefile", "words\n");
    assertClean("spiece.model", "\n\n");
  }
}
