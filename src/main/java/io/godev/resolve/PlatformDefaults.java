package io.godev.resolve;

import java.util.List;
import java.util.Objects;

/**
 * What the operator's configuration, not the user, decides. A change of it restarts nobody.
 *
 * @param runtimeImage image that holds {@code /godevd}
 * @param goImage image with the Go toolchain; {@code %s} stands for the release
 * @param reportUrl where the runtime reports to
 * @param hostPaths folders of the nodes that environments may show, with all below them
 */
public record PlatformDefaults(
    String runtimeImage, String goImage, String reportUrl, List<String> hostPaths) {

  /** Defaults that let no folder of a node into an environment. */
  public PlatformDefaults(String runtimeImage, String goImage, String reportUrl) {
    this(runtimeImage, goImage, reportUrl, List.of());
  }

  public PlatformDefaults {
    Objects.requireNonNull(runtimeImage, "runtimeImage");
    Objects.requireNonNull(reportUrl, "reportUrl");
    if (!goImage.contains("%s")) {
      throw new IllegalArgumentException(
          "the Go image has no %s where the release goes: " + goImage);
    }
  }

  /** The image for a Go release such as 1.26. */
  public String goImageFor(String release) {
    return goImage.replace("%s", release);
  }
}
