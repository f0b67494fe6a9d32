package dev.moat.guard;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HiddenStyleTest {
  @Test
  void stylesThatHideAreKnown() {
    for (String style :
        List.of(
            "display:none",
            "color: red; DISPLAY : none !important",
            "visibility:hidden",
            "opacity:0",
            "opacity: 0.01",
            "font-size:0",
            "font-size:1px",
            "font-size: 0.05em",
            "position:absolute;left:-9999px",
            "text-indent:-1000em",
            "height:0;overflow:hidden",
            "transform: scale(0)",
            "color:white",
            "color:#fff;background:white",
            "color:#123456;background-color:#123456",
            "color:transparent")) {
      assertTrue(HiddenStyle.hides(style), style);
    }
  }

  @Test
  void otherStylesAreNot() {
    for (String style :
        List.of(
            "",
            "display:block",
            "opacity:0.9",
            "opacity:1",
            "font-size:12px",
            "font-size:1.2em",
            "font-size:90%",
            "left:-10px",
            "height:0",
            "color:white;background:black",
            "color:#333;background:#fff",
            "background:none",
            "font-size",
            "font-size:big",
            "opacity:..")) {
      assertFalse(HiddenStyle.hides(style), style);
    }
  }

  @Test
  void anyStyleCanBeRead() {
    Random random = new Random(72);
    String parts = "display:none;opacity0.1px-%em color#fsize()! ";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder style = new StringBuilder("opacity:");
      for (int length = random.nextInt(30); length > 0; length--) {
        style.append(parts.charAt(random.nextInt(parts.length())));
      }
      String text = style.toString();
      assertTrue(HiddenStyle.hides(text) || !HiddenStyle.hides(text));
    }
  }
}
