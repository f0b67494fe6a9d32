package dev.moat.trust;

import dev.moat.core.Digest;
import dev.moat.core.Failure;
import dev.moat.core.Text;
import java.util.regex.Pattern;

/** Someone or something that acts: its id, its name for people, and its role. */
public record Principal(String id, String name, Role role) {
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N}._@+-]{0,127}");

  private static final int ID_CHARACTERS = 32;

  /** Checks the form of the name. */
  public Principal {
    if (!NAME.matcher(name).matches()) {
      throw Failure.invalid(
          "name \""
              + Text.shortened(name, 60)
              + "\": not 1 to 128 letters, digits or . _ @ + -; choose another");
    }
  }

  /**
   * The client of that name in a project: the same each time it is named there, so that it may have
   * several keys.
   */
  public static Principal client(Project project, String name) {
    // No part has a slash, so two clients never share a text.
    String id = Digest.of("client " + project + "/" + name).hex().substring(0, ID_CHARACTERS);
    return new Principal(id, name, Role.CLIENT);
  }
}
