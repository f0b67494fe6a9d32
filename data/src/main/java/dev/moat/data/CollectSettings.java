package dev.moat.data;

import dev.moat.core.Failure;
import dev.moat.core.Text;
import dev.moat.flow.Parameters;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What {@code data/collect} is asked to do.
 *
 * @param sources folders and git repositories
 * @param include endings of the names to take ("{@code .java}"); none means all
 * @param exclude paths inside a source to leave out, with everything below them
 * @param history whether to make documents of the commits
 */
record CollectSettings(
    List<String> sources,
    List<String> include,
    List<String> exclude,
    boolean history,
    CollectLimits limits) {
  static final Set<String> PARAMETERS =
      Set.of(
          "sources",
          "include",
          "exclude",
          "history",
          "file-bytes-max",
          "files-max",
          "bytes-max",
          "depth-max",
          "commits-max");

  private static final int SOURCES_MAX = 64;

  CollectSettings {
    if (sources.isEmpty() || sources.size() > SOURCES_MAX) {
      throw Failure.invalid(
          "data/collect sources: "
              + sources.size()
              + " given; name 1 to "
              + SOURCES_MAX
              + " folders or git repositories");
    }
    sources = List.copyOf(sources);
    include = List.copyOf(include);
    exclude = List.copyOf(exclude);
  }

  static CollectSettings of(Parameters parameters) {
    return new CollectSettings(
        places(parameters),
        parameters.texts("include", List.of()),
        parameters.texts("exclude", List.of()),
        parameters.flag("history", true),
        CollectLimits.of(parameters));
  }

  private static List<String> places(Parameters parameters) {
    try {
      return parameters.paths("sources").stream().map(Path::toString).toList();
    } catch (InvalidPathException e) {
      throw Failure.invalid(
          "data/collect sources: not a path ("
              + Text.shortened(e.getReason(), 80)
              + "); name folders or git repositories");
    }
  }

  /** Whether the file of that path inside a source is asked for. */
  boolean takes(String path) {
    return (include.isEmpty() || include.stream().anyMatch(path::endsWith))
        && exclude.stream().noneMatch(out -> path.equals(out) || path.startsWith(folder(out)));
  }

  /** Whether it must be looked at: because it is asked for, or because it tells a licence. */
  boolean lists(String path) {
    return takes(path) || Licences.isLicenceFile(path);
  }

  private static String folder(String path) {
    return path.endsWith("/") ? path : path + "/";
  }
}
