package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The module asks for a newer release of Go than there is.
 *
 * <p>Not a {@link SpecRule}: the release of a spec that names none is the operator's, and the API
 * server does not know it.
 */
final class GoReleaseOlderThanModule implements AdviceRule {
  private static final String RELEASE = "1[.](\\d{1,4})(?:[.](\\d{1,4}))?";
  private static final Pattern THERE = Pattern.compile(RELEASE);
  // https://go.dev/ref/mod#go-mod-file-go
  private static final Pattern ASKED =
      Pattern.compile("(?m)^[ \\t]*go[ \\t]+" + RELEASE + "[ \\t\\r]*(?://.*)?$");

  @Override
  public About about() {
    return new About(
        Trap.Elsewhere,
        Severity.Warning,
        "spec.go.version",
        "is older than what go.mod asks for, and no other toolchain is downloaded: the build fails",
        "set it to the release of the go line in go.mod",
        "Images of Go set GOTOOLCHAIN=local, as the operator does: the go command ends with \"go.mod requires go >=\".");
  }

  @Override
  public boolean needsTheCluster() {
    return false;
  }

  @Override
  public Optional<Advice> check(Situation situation) {
    var environment = situation.environment();
    var files = environment.spec().source().files();
    var go = environment.written().go();
    // an image of the user's own decides, and nobody knows its release yet
    if (files == null || go != null && go.image() != null) {
      return Optional.empty();
    }
    var asked = ASKED.matcher(files.getOrDefault("go.mod", ""));
    var there = THERE.matcher(environment.spec().go().version());
    return asked.find() && there.matches() && isOlder(there, asked)
        ? Optional.of(
            advice("go.mod has \"" + asked.group().strip() + "\", and it is " + there.group()))
        : Optional.empty();
  }

  private static boolean isOlder(Matcher there, Matcher asked) {
    var minor = Integer.compare(number(there, 1), number(asked, 1));
    // 1.26 stands for its newest patch release
    return minor < 0 || minor == 0 && there.group(2) != null && number(there, 2) < number(asked, 2);
  }

  private static int number(Matcher release, int group) {
    return release.group(group) == null ? 0 : Integer.parseInt(release.group(group));
  }
}
