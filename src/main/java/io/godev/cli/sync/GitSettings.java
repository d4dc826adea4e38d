package io.godev.cli.sync;

import io.godev.cli.common.GitFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.jgit.errors.ConfigInvalidException;
import org.eclipse.jgit.lib.Config;

/**
 * What the configurations of the repository and of the user say about ignored files. Those of the
 * system, and files that a configuration includes, are not read: where they are is known to git
 * alone.
 *
 * @param excludesFile with rules for all repositories; need not be there
 * @param ignoresCase whether rules do not tell upper from lower case, as on Windows and macOS
 */
record GitSettings(Path excludesFile, boolean ignoresCase) {
  private static final String CORE = "core";
  private static final Set<String> TRUE = Set.of("true", "yes", "on", "1");

  /**
   * Those for the folder.
   *
   * @param git null outside of a repository
   */
  static GitSettings of(Path folder, GitFolder git, Map<String, String> environment) {
    var home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")));
    var xdg = environment.getOrDefault("XDG_CONFIG_HOME", "");
    var own = xdg.isEmpty() ? home.resolve(".config") : Path.of(xdg);
    var global = environment.get("GIT_CONFIG_GLOBAL");
    // each counts less than the next
    var config = read(own.resolve("git").resolve("config"), new Config());
    config =
        global == null
            ? read(home.resolve(".gitconfig"), config)
            : read(Path.of(global), new Config());
    if (git != null) {
      config = read(git.common().resolve("config"), config);
    }
    return new GitSettings(
        excludesFile(config, home, folder, own.resolve("git").resolve("ignore")),
        TRUE.contains(
            String.valueOf(config.getString(CORE, null, "ignorecase")).toLowerCase(Locale.ROOT)));
  }

  private static Path excludesFile(Config config, Path home, Path folder, Path usual) {
    var file = config.getString(CORE, null, "excludesfile");
    try {
      if (file == null) {
        return usual;
      }
      return file.startsWith("~/") ? home.resolve(file.substring(2)) : folder.resolve(file);
    } catch (InvalidPathException e) {
      return usual;
    }
  }

  // what git itself cannot read, no command of git survives: it is seen without this one
  private static Config read(Path file, Config base) {
    try {
      if (!Files.isRegularFile(file)) {
        return base;
      }
      var config = new Config(base);
      config.fromText(Files.readString(file));
      return config;
    } catch (IOException | ConfigInvalidException e) {
      return base;
    }
  }
}
