package io.godev.cli.check;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.godev.api.v1alpha1.GoDevEnvironment;
import io.godev.api.v1alpha1.GoDevProfile;
import io.godev.api.v1alpha1.Source;
import io.godev.cli.common.Failure;
import io.godev.cluster.Distribution;
import io.godev.cluster.Platform;
import io.godev.resolve.PlatformDefaults;
import io.godev.resolve.Resolver;
import io.godev.resolve.profile.KnownProfiles;
import io.godev.resolve.profile.Profiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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

  @Option(
      names = "--profile",
      paramLabel = "FILE",
      description =
          "A GoDevProfile. An environment goes by it if it names it, or if it names none and the profile is a"
              + " default. Default: what environments name is not looked at.")
  private Path profile;

  PlatformDefaults defaults() {
    return new PlatformDefaults(runtimeImage, goImage, reportUrl, hostPaths);
  }

  Resolver resolverFor(GoDevEnvironment environment) {
    var platform = platform(environment.getSpec().source());
    return new Resolver(defaults(), () -> platform, profiles());
  }

  // of which namespaces it is for nothing is known here
  private Profiles profiles() {
    if (profile == null) {
      return Profiles.UNKNOWN;
    }
    try {
      var given =
          new KubernetesSerialization().unmarshal(Files.readString(profile), GoDevProfile.class);
      if (given.getMetadata() == null || given.getMetadata().getName() == null) {
        throw new Failure("--profile: " + profile + " holds no GoDevProfile with a name.");
      }
      if (given.getSpec() != null) {
        given.setSpec(given.getSpec().forEveryNamespace());
      }
      return new KnownProfiles(List.of(given), name -> Map.of());
    } catch (IOException | RuntimeException e) {
      throw e instanceof Failure failure
          ? failure
          : new Failure("--profile: " + profile + " cannot be read: " + e.getMessage(), e);
    }
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
