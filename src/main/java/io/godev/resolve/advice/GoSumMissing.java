package io.godev.resolve.advice;

import io.godev.api.v1alpha1.Go;
import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;
import java.util.regex.Pattern;

/** Files that need modules have no go.sum. */
final class GoSumMissing implements SpecRule {
  // the same in RE2 and in Java, where UNIX_LINES says that lines end with a line feed alone
  private static final String REQUIRES = "(?m)^[ \\t]*require[ \\t(]";
  private static final String REPLACES = "(?m)^[ \\t]*replace[ \\t(]";
  private static final Pattern DOES_REQUIRE = Pattern.compile(REQUIRES, Pattern.UNIX_LINES);
  private static final Pattern DOES_REPLACE = Pattern.compile(REPLACES, Pattern.UNIX_LINES);

  @Override
  public About about() {
    return new About(
        Trap.Unlocked,
        Severity.Warning,
        "spec.source.files",
        "has a go.mod that requires modules, and no go.sum to check them by: they cannot be downloaded",
        "run \"go mod tidy\" where the files come from, and add the go.sum it makes",
        "With -mod=readonly, the default, the go command ends with \"missing go.sum entry\".");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    var files = environment.spec().source().files();
    if (files == null
        || environment.spec().go().modules().lock() == Go.Lock.Update
        || files.containsKey("go.sum")
        || files.containsKey("vendor/modules.txt")) {
      return false;
    }
    var module = files.getOrDefault("go.mod", "");
    // a replacement may be a folder, of which go.sum has nothing
    return DOES_REQUIRE.matcher(module).find() && !DOES_REPLACE.matcher(module).find();
  }

  @Override
  public String expression() {
    return "has(object.spec.source.files)"
        + " && object.spec.?go.?modules.?lock.orValue('') != 'Update'"
        + " && !('go.sum' in object.spec.source.files)"
        + " && !('vendor/modules.txt' in object.spec.source.files)"
        + " && 'go.mod' in object.spec.source.files"
        + " && object.spec.source.files['go.mod'].matches(r'"
        + REQUIRES
        + "') && !object.spec.source.files['go.mod'].matches(r'"
        + REPLACES
        + "')";
  }
}
