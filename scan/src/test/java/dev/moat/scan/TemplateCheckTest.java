package dev.moat.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The templates that reach out were rendered by Jinja 3.1, which does reach the attribute. */
class TemplateCheckTest {
  private static void is(ScanVerdict verdict, String template) {
    Notes notes = new Notes();
    new TemplateCheck(notes, "template").run(template);
    FileReport report = new FileReport("chat_template.jinja", "text", notes.findings());
    assertEquals(verdict, report.verdict(), template + " " + report);
  }

  @Test
  void readsABlockOnBehindTheBracesOfADictionary() {
    is(ScanVerdict.MALICIOUS, "{{ [{'a': {'b': 1}}, ''.__class__][1] }}");
    is(ScanVerdict.CLEAN, "{{ {'a': {'b': 1}} }} __class__ {{ x[(1)] }}");
  }

  @Test
  void readsOnBehindACommentOrAQuoteInRawText() {
    is(ScanVerdict.MALICIOUS, "{% raw %}{#{% endraw %}{{ ''.__class__ }}{# #}");
    is(ScanVerdict.MALICIOUS, "{%- raw -%}{{ '{%- endraw -%}{{ lipsum }}{# ' #}");
    is(ScanVerdict.MALICIOUS, "{%+ raw %}{% endraw +%}{{ cycler }}");
  }

  @Test
  void passesRawTextItself() {
    is(ScanVerdict.CLEAN, "{% raw %}{{ ''.__class__ }}{% endraw %}{{ x }}");
    is(ScanVerdict.CLEAN, "{% raw %}without an end {{ self }}");
  }

  @Test
  void refusesHiddenAttributesSpeltInPieces() {
    for (String pieces :
        List.of(
            "{{ ''['_' ~ '_class_' ~ '_'] }}",
            "{{ ''['_' '_class_' '_'] }}",
            "{{ ['_', '_class_', '_'] | join }}",
            "{% set key = \"_\" ~ \"_class_\" %}",
            "{{ ('%c%cclass' | format(95, 95)) }}")) {
      is(ScanVerdict.MALICIOUS, pieces);
    }
  }

  @Test
  void refusesHiddenAttributesSpeltWithAnyEscape() {
    for (String escape :
        List.of("\\x5f", "\\x5F", "\\u005f", "\\U0000005f", "\\137", "\\N{LOW LINE}")) {
      is(ScanVerdict.MALICIOUS, "{{ ''['" + escape + "class'] }}");
    }
  }

  @Test
  void passesEscapesOfWhiteSpaceAndQuotes() {
    is(ScanVerdict.CLEAN, "{{ 'a\\n\\r\\tb' ~ 'it\\'s' ~ \"\\\"\" ~ '\\\\' }}");
    is(ScanVerdict.CLEAN, "{{ '<|im_start|>' ~ m['role'] ~ 'tool_calls' }}");
  }

  @Test
  void suspectsABlockThatIsNeverClosed() {
    is(ScanVerdict.SUSPICIOUS, "{{ x ");
    is(ScanVerdict.SUSPICIOUS, "{{ ( x }}");
    is(ScanVerdict.SUSPICIOUS, "{% if '%}");
  }

  @Test
  void readsNoTemplateInTextWithoutBlocks() {
    is(ScanVerdict.CLEAN, "");
    is(ScanVerdict.CLEAN, "{");
    is(ScanVerdict.CLEAN, "{# a remark without an end {{ self }}");
    is(ScanVerdict.CLEAN, "a } b %} c }} __class__");
  }
}
