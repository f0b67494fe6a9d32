package dev.moat.guard;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Tells from the style attribute of an element whether a person can see its text. */
final class HiddenStyle {
  private static final int FAR_PIXELS = 500;
  private static final double SMALLEST_PIXELS = 1;
  private static final double FAINTEST = 0.1;
  private static final Set<String> WHITE =
      Set.of("white", "#fff", "#ffffff", "rgb(255,255,255)", "transparent", "#0000", "#00000000");

  private HiddenStyle() {}

  /** Whether {@code style} hides what it applies to. */
  static boolean hides(String style) {
    if (style.isEmpty()) {
      return false;
    }
    Map<String, String> rules = rules(style);
    return is(rules, "display", "none")
        || is(rules, "visibility", "hidden")
        || is(rules, "visibility", "collapse")
        || atMost(rules, "opacity", FAINTEST)
        || atMost(rules, "font-size", SMALLEST_PIXELS)
        || is(rules, "transform", "scale(0)")
        || isFlat(rules)
        || isAway(rules)
        || hasItsBackground(rules);
  }

  private static Map<String, String> rules(String style) {
    Map<String, String> rules = new HashMap<>();
    for (String rule : style.toLowerCase(Locale.ROOT).split(";")) {
      int colon = rule.indexOf(':');
      if (colon > 0) {
        String value = rule.substring(colon + 1).replace(" ", "").replace("!important", "");
        rules.put(rule.substring(0, colon).strip(), value);
      }
    }
    return rules;
  }

  private static boolean is(Map<String, String> rules, String name, String value) {
    return value.equals(rules.get(name));
  }

  private static boolean atMost(Map<String, String> rules, String name, double most) {
    String value = rules.getOrDefault(name, "");
    double scale = value.endsWith("em") || value.endsWith("%") ? 16 : 1;
    double number = number(value);
    return number >= 0 && number * (value.endsWith("%") ? 0.16 : scale) <= most;
  }

  private static boolean isFlat(Map<String, String> rules) {
    return is(rules, "overflow", "hidden")
        && (atMost(rules, "height", SMALLEST_PIXELS)
            || atMost(rules, "max-height", SMALLEST_PIXELS)
            || atMost(rules, "width", SMALLEST_PIXELS));
  }

  private static boolean isAway(Map<String, String> rules) {
    for (String edge : new String[] {"left", "top", "text-indent", "margin-left", "margin-top"}) {
      String value = rules.getOrDefault(edge, "");
      if (value.startsWith("-") && number(value.substring(1)) >= FAR_PIXELS) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasItsBackground(Map<String, String> rules) {
    String color = rules.getOrDefault("color", "");
    String shorthand = rules.getOrDefault("background", "");
    String background = rules.getOrDefault("background-color", shorthand);
    if (color.isEmpty()) {
      return false;
    }
    return background.isEmpty()
        ? WHITE.contains(color)
        : color.equals(background) || (WHITE.contains(color) && WHITE.contains(background));
  }

  /** The number with which {@code value} begins, or -1. */
  private static double number(String value) {
    int end = 0;
    while (end < value.length() && end < 9 && "0123456789.".indexOf(value.charAt(end)) >= 0) {
      end++;
    }
    String number = value.substring(0, end);
    boolean valid = number.indexOf('.') == number.lastIndexOf('.') && !number.equals(".");
    return end > 0 && valid ? Double.parseDouble(number) : -1;
  }
}
