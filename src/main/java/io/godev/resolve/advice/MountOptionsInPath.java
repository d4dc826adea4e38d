package io.godev.resolve.advice;

import io.godev.api.v1alpha1.GoDevEnvironmentStatus.Severity;
import io.godev.resolve.ResolvedEnvironment;
import java.util.regex.Pattern;

/** The path ends as that of a volume of docker does. */
final class MountOptionsInPath implements SpecRule {
  // https://docs.docker.com/engine/storage/bind-mounts/#options-for---volume; the same in Java and
  // in RE2
  private static final String OPTIONS =
      ":((ro|rw|z|Z|cached|delegated|consistent|noatime|nocopy|r?private|r?shared|r?slave)(,|$))+$";
  private static final Pattern HAS_OPTIONS = Pattern.compile(OPTIONS);

  @Override
  public About about() {
    return new About(
        Trap.Platform,
        Severity.Warning,
        "spec.source.hostPath.path",
        "ends with mount options as docker takes them, which are a part of the folder's name here",
        "remove them: the folder is only read, and the runtime's own copy of it is as fast as cached would make it",
        "Paths are copied from docker-compose.yaml, where :cached was the advice for macOS and Windows.");
  }

  @Override
  public boolean speaks(ResolvedEnvironment environment) {
    var folder = environment.written().source().hostPath();
    return folder != null && HAS_OPTIONS.matcher(folder.path()).find();
  }

  @Override
  public String expression() {
    return "object.spec.source.?hostPath.?path.orValue('').matches(r'" + OPTIONS + "')";
  }
}
