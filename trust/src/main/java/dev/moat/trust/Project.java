package dev.moat.trust;

import dev.moat.core.Failure;
import dev.moat.core.Problem;
import dev.moat.core.Text;
import java.util.regex.Pattern;

/** A project of an organisation: what principals belong to, and what is counted together. */
public record Project(String organisation, String name) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
  private static final String STANDARD = "default";

  /** Checks the form of both names. */
  public Project {
    if (!NAME.matcher(organisation).matches() || !NAME.matcher(name).matches()) {
      throw invalid(organisation + "/" + name);
    }
  }

  /** The project of whoever names none. */
  public static Project standard() {
    return new Project(STANDARD, STANDARD);
  }

  /** Reads {@code ORGANISATION/PROJECT}. */
  public static Project parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw invalid(text);
    }
    return new Project(text.substring(0, slash), text.substring(slash + 1));
  }

  /** The project as {@link #parse} reads it. */
  @Override
  public String toString() {
    return organisation + "/" + name;
  }

  private static Failure invalid(String text) {
    return new Failure(
        new Problem.Invalid(
            "project \""
                + Text.shortened(text, 60)
                + "\": not ORGANISATION/PROJECT, each 1 to 64 letters, digits or . _ -; correct it",
            "project"));
  }
}
