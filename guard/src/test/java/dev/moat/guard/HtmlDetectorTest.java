package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class HtmlDetectorTest {
  private static List<String> found(String text) {
    return Noticed.in(Channel.OUTPUT, text);
  }

  @Test
  void markupThatActsIsUnsafe() {
    for (String tag :
        List.of(
            "<script>",
            "<SCRIPT src=x>",
            "<script/x>",
            "<iframe src=\"page.html\">",
            "<iframe srcdoc='x'>",
            "<object data=x>",
            "<embed src=x>",
            "<base href=\"/\">",
            "<applet code=x>",
            "<meta http-equiv=\"Refresh\" content=\"0\">",
            "<form action=\"https://evil.test/\">",
            "<svg onload=go()>",
            "<svg/onload=go()>",
            "<img src=x onerror=\"go()\">",
            "<b onclick='go()'>",
            "<x-tag onfocus=go>",
            "<a href=\"javascript:go()\">",
            "<a href=' java\nscript:go()'>",
            "<button formaction=javascript:go>")) {
      List<String> found = found("so " + tag + " it is");
      assertEquals("unsafe.html=" + tag, found.isEmpty() ? "" : found.getFirst(), tag);
    }
  }

  @Test
  void plainMarkupIsNot() {
    for (String text :
        List.of(
            "<b>bold</b> and <a href=\"page.html\">a page</a>",
            "List<Object> list; Map<Base, Frame> map; <object> and <Embed>",
            "a <b and c> d, 1 < 2 > 0, <3",
            "<img src=\"a.png\" alt=\"one two\">",
            "<p one=\"1\" only=\"x\" class='on'>",
            "<form action=\"/search\">",
            "<meta charset=\"utf-8\">",
            "</script> ends what never began",
            "<scripture>",
            "<!DOCTYPE html>",
            "<-",
            "<")) {
      assertEquals(List.of(), found(text), text);
    }
  }

  @Test
  void markupShownAsCodeIsNot() {
    for (String text :
        List.of(
            "```html\n<script>go()</script>\n```",
            "~~~\n<script>\n~~~",
            "````\n```\n<script>\n```\n````",
            "   ```\n   <script>\n   ```",
            "> ```\n> <script>\n> ```",
            "write `<script>` there",
            "write ``a ` <script>`` there",
            "```\n<script> in a block that never ends")) {
      assertEquals(List.of(), found(text), text);
    }
  }

  @Test
  void codeThatHasEndedHidesNothing() {
    for (String text :
        List.of(
            "```\ncode\n```\n<script>",
            "`code` <script>",
            "an open ` and <script>",
            "an open ` and\n \n<script> ` x",
            "```code``` <script>",
            "~~~\n```\n~~~\n<script>",
            "a ``` b\n<script>")) {
      assertEquals(List.of("unsafe.html=<script>"), found(text), text);
    }
  }

  @Test
  void aTagWithoutEndIsStillOne() {
    String text = "<img src=x onerror=\"go(" + "x".repeat(2000);
    assertEquals(List.of("unsafe.html"), Noticed.types(Channel.OUTPUT, text));
    assertEquals(List.of("unsafe.html"), Noticed.types(Channel.OUTPUT, "a <script "));
  }
}
