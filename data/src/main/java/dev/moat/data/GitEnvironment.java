package dev.moat.data;

import java.util.Optional;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * The process environment as JGit may see it: no user or system configuration and no {@code GIT_*}
 * variables, so that the same repository gives the same documents for everyone, and no probing of
 * the file system, which would write into the repository.
 */
final class GitEnvironment extends SystemReader.Delegate {
  private static final String PROBED_SECTION = "filesystem";

  private GitEnvironment(SystemReader real) {
    super(real);
  }

  /** Puts it in place; JGit holds its environment once for the whole process. */
  static void install() {
    SystemReader current = SystemReader.getInstance();
    if (!(current instanceof GitEnvironment)) {
      SystemReader.setInstance(new GitEnvironment(current));
    }
  }

  @Override
  public @Nullable String getenv(String variable) {
    return variable.startsWith("GIT_") || variable.startsWith("XDG_")
        ? null
        : super.getenv(variable);
  }

  @Override
  public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  @Override
  public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
    return new Nothing(parent, fs);
  }

  /** A configuration that reads and writes no file and answers what JGit would else measure. */
  private static final class Nothing extends FileBasedConfig {
    Nothing(@Nullable Config parent, FS fs) {
      super(parent, null, fs);
    }

    @Override
    public void load() {
      // nothing to load
    }

    @Override
    public void save() {
      // nothing to save
    }

    @Override
    public boolean isOutdated() {
      return false;
    }

    @Override
    public @Nullable String getString(String section, @Nullable String name, String key) {
      if (!section.equals(PROBED_SECTION)) {
        return null;
      }
      return Optional.of(key)
          .filter(k -> k.equals("timestampResolution") || k.equals("minRacyThreshold"))
          .map(_ -> "2000 milliseconds")
          .orElse(null);
    }
  }
}
