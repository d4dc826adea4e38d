package io.godev.cli.check;

import io.fabric8.kubernetes.api.model.Quantity;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.Source;
import io.godev.cluster.Distribution;
import io.godev.cluster.Platform;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.Resolver;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Option;

/** The operator and the cluster that are supposed: by default as installed, without a change. */
final class OperatorOptions {
  // below it are all folders
  private static final String ANYWHERE = "";

  @Option(
      names = "--runtime-image",
      paramLabel = "IMAGE",
      description = "As the operator's GODEV_RUNTIME_IMAGE. Default: that of this release.")
  private String runtimeImage =
      "ghcr.io/godev-operator/godev-runtime:"
          + Objects.requireNonNullElse(
              OperatorOptions.class.getPackage().getImplementationVersion(), "dev");

  @Option(
      names = "--go-image",
      paramLabel = "IMAGE",
      description = "As the operator's GODEV_GO_IMAGE. Default: ${DEFAULT-VALUE}.")
  private String goImage = "golang:%s-bookworm";

  @Option(
      names = "--report-url",
      paramLabel = "URL",
      description = "Where runtimes report to. Default: ${DEFAULT-VALUE}.")
  private String reportUrl = "https://godev-operator.godev-system.svc:8443/v1/report";

  @Option(
      names = "--host-paths",
      paramLabel = "FOLDER",
      split = ",",
      description =
          "Folders of nodes that environments may show, as the operator's GODEV_HOST_PATHS. Default: all.")
  private List<String> hostPaths = List.of(ANYWHERE);

  @Option(
      names = "--platform",
      paramLabel = "NAME",
      description =
          "${COMPLETION-CANDIDATES}. Matters for spec.source.hostPath. Default: one where the path can be"
              + " reached.")
  private Distribution distribution;

  PlatformDefaults defaults() {
    return new PlatformDefaults(runtimeImage, goImage, reportUrl, hostPaths);
  }

  Resolver resolverFor(GoDevEnvironment environment) {
    var platform = platform(environment.getSpec().source());
    return new Resolver(defaults(), () -> platform);
  }

  private static final Quantity NO_MEMORY = new Quantity("0");

  private Platform platform(Source source) {
    var folder = source == null ? null : source.hostPath();
    // a drive's letter, or a share
    var ofWindows = folder != null && folder.path().matches("([A-Za-z]:|\\\\\\\\).*");
    var where =
        distribution != null
            ? distribution
            : ofWindows ? Distribution.DockerDesktopKubeadm : Distribution.Other;
    return new Platform(
        where, ofWindows ? Source.Host.WindowsWSL2 : Source.Host.Auto, "", "", "", NO_MEMORY);
  }
}
